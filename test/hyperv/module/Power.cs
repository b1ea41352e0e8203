namespace Octopus.SimulatedHyperV;

/// <summary>
/// Power and reach of a host, as files beside its drives, so that a test or a service processor can change them:
/// `power` holds `on`, `off`, or `on` and the instant at which it has booted, in milliseconds since 1970;
/// `vanished` is there while nothing reaches the host: it ends a session, or leaves it without an answer when it says
/// `silent`.
/// </summary>
static class Power
{
    static string FileOf(Site site, string host, string name) => Path.Combine(site.Folder, "hosts", host, name);

    public static bool IsOn(Site site, string host) => Read(FileOf(site, host, "power"))?[0] != "off";

    /// <summary>On, booted, and reached by the network.</summary>
    public static bool Answers(Site site, string host)
    {
        if (File.Exists(FileOf(site, host, "vanished"))) return false;
        var power = Read(FileOf(site, host, "power"));
        return power?[0] != "off" && BootedAt(site, host) <= DateTime.UtcNow;
    }

    /// <summary>When it has booted; long ago when nobody wrote it down.</summary>
    public static DateTime BootedAt(Site site, string host) => Read(FileOf(site, host, "power")) is [_, var at, ..]
        ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at)).UtcDateTime
        : DateTime.MinValue;

    public static bool IsSilent(Site site, string host) => Read(FileOf(site, host, "vanished"))?[0] == "silent";

    public static void Off(Site site, string host)
    {
        var path = FileOf(site, host, "power");
        File.WriteAllText($"{path}.{Environment.ProcessId}", "off");
        File.Move($"{path}.{Environment.ProcessId}", path, overwrite: true);
    }

    static string[]? Read(string path)
    {
        try { return File.ReadAllText(path).Trim().Split(' '); }
        catch (IOException) { return null; }
    }
}
