using System.Text.RegularExpressions;

namespace Octopus.SimulatedHyperV;

/// <summary>
/// Paths of the hosts: `D:\Octopus\x.vhdx` of hv01 is `hosts/hv01/D/Octopus/x.vhdx` in the folder of the simulation, so
/// the same path exists on every host and is another file on each. A path of this computer stands for itself, but the
/// folder of one host is nowhere on the others: what a driver writes by .NET, which knows no drives, is apart as well.
/// </summary>
static partial class HostPath
{
    /// <summary>The file that a path of a host means. Refuses what Windows refuses as a name.</summary>
    public static string Real(Site site, string host, string path)
    {
        if (path.StartsWith('/')) return OfHost(site, host, Path.GetFullPath(path.TrimEnd('/')));
        var match = Drive().Match(path);
        if (!match.Success) throw Fault.BadName($"The path '{Shortened(path)}' is not valid.");
        var parts = Parts(match.Groups[2].Value);
        // C:\ClusterStorage is the same folder on every node of a failover cluster.
        if (match.Groups[1].Value is "C" or "c" && parts is [var first, ..] && first.Equals("ClusterStorage", StringComparison.OrdinalIgnoreCase) && Clusters.Of(site, host) is { } cluster)
            return Path.Combine([Clusters.Shared(site, cluster), .. parts.Skip(1)]);
        return Path.Combine([site.Folder, "hosts", host, match.Groups[1].Value.ToUpperInvariant(), .. parts]);
    }

    static string OfHost(Site site, string host, string path)
    {
        var shared = Path.Combine(site.Folder, "shared") + "/";
        if (path.StartsWith(shared) && (Clusters.Of(site, host) is not { } cluster || !path.StartsWith(Clusters.Shared(site, cluster) + "/")))
            return Path.Combine(site.Folder, "elsewhere", path[shared.Length..]);
        var hosts = Path.Combine(site.Folder, "hosts") + "/";
        if (!path.StartsWith(hosts) || path.StartsWith($"{hosts}{host}/")) return path;
        return Path.Combine(site.Folder, "elsewhere", path[hosts.Length..]);
    }

    /// <summary>A path as Hyper-V shows it, without `.` and `..`.</summary>
    public static string Plain(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }
        return path.StartsWith('/') ? $"/{string.Join('/', parts)}" : string.Join('\\', parts);
    }

    /// <summary>A path as Hyper-V shows it.</summary>
    public static string Shown(string path) => path.StartsWith('/') ? path : path.Replace('/', '\\').TrimEnd('\\');

    public static string Join(string folder, string name) =>
        folder.StartsWith('/') ? $"{folder.TrimEnd('/')}/{name}" : $"{Shown(folder)}\\{name}";

    public static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOfAny(['/', '\\']))];

    public static string NameOf(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    public static bool Same(string? one, string? other) =>
        one is not null && other is not null && string.Equals(Shown(one), Shown(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether Windows takes it for the name of one file.</summary>
    public static bool IsFileName(string name) =>
        name.Length is > 0 and <= 255
        && name.IndexOfAny(['<', '>', ':', '"', '/', '\\', '|', '?', '*']) < 0
        && !name.Any(character => character < ' ')
        && !name.EndsWith(' ') && !name.EndsWith('.')
        && !Device().IsMatch(name);

    static List<string> Parts(string rest)
    {
        var parts = new List<string>();
        foreach (var part in rest.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part == "..") { if (parts.Count > 0) parts.RemoveAt(parts.Count - 1); continue; }
            if (!IsFileName(part)) throw Fault.BadName($"The path '{Shortened(rest)}' is not valid.");
            parts.Add(part);
        }
        if (parts.Sum(part => part.Length + 1) > 32_000) throw Fault.BadName("The path is too long.");
        return parts;
    }

    public static string Shortened(string text) => text.Length <= 200 ? text : $"{text[..200]}...";

    [GeneratedRegex(@"^([A-Za-z]):[\\/]*(.*)$", RegexOptions.Singleline)]
    private static partial Regex Drive();

    [GeneratedRegex(@"^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\..*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Device();
}
