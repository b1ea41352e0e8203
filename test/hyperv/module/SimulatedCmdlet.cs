using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Text.Json;
using Microsoft.HyperV.PowerShell;

namespace Octopus.SimulatedHyperV;

/// <summary>
/// What all cmdlets share: which host is meant, whether it answers, errors on command, the list of calls. Errors are
/// written, not thrown, as the real cmdlets do: `-ErrorAction` decides.
/// </summary>
public abstract class SimulatedCmdlet : PSCmdlet
{
    readonly ManualResetEventSlim _stopped = new();

    string CmdletName => MyInvocation.MyCommand.Name;

    private protected virtual void Act() => throw Fault.NotSimulated(CmdletName);

    protected sealed override void ProcessRecord()
    {
        try
        {
            Meet(Arranged.Take(CmdletName, Subject, "before"));
            Act();
            Meet(Arranged.Take(CmdletName, Subject, "after"));
        }
        catch (Fault fault)
        {
            WriteError(fault.Record(Subject is "" ? null : Subject));
        }
    }

    protected override void StopProcessing() => _stopped.Set();

    /// <summary>Names, paths and ids that the call is about.</summary>
    private protected string Subject => string.Join(' ', MyInvocation.BoundParameters
        .Where(given => given.Key is not ("ErrorAction" or "Confirm" or "WhatIf"))
        .SelectMany(given => given.Value is IEnumerable many and not string ? many.Cast<object?>() : [given.Value])
        .Select(value => value switch
        {
            VirtualMachine machine => $"{machine.Name} {machine.Id}",
            VMSnapshot snapshot => $"{snapshot.Name} {snapshot.VMName}",
            HardDiskDrive drive => $"{drive.VMName} {drive.Path}",
            DvdDrive drive => $"{drive.VMName} {drive.Path}",
            string or Guid => value.ToString(),
            _ => null,
        })
        .Where(text => text is not null));

    private protected bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>The host that the call names, else the one that the session is on.</summary>
    string HostName => MyInvocation.BoundParameters.TryGetValue("ComputerName", out var given) && given is string[] { Length: > 0 } names
        && names[0] is not ("." or "localhost") ? names[0].Split('.')[0] : Site.HostOfSession;

    /// <summary>Acts on the hosts as they stand; what `act` changed is kept when it does not throw.</summary>
    private protected T On<T>(Func<Site, HostState, T> act, string? host = null)
    {
        using var site = Site.Open();
        if (!Power.Answers(site, Site.HostOfSession)) Lose(Power.IsSilent(site, Site.HostOfSession));
        var name = host ?? HostName;
        var meant = site.Host(name);
        if (!Power.Answers(site, meant.Name)) throw Fault.Unreachable(name);
        var result = act(site, meant);
        site.Save();
        return result;
    }

    private protected void On(Action<Site, HostState> act, string? host = null) => On<object?>((site, at) => { act(site, at); return null; }, host);

    /// <summary>Sleeps until then, or until the call is stopped; what was begun goes on.</summary>
    private protected void Until(Stretch stretch)
    {
        while (stretch.Ends - DateTime.UtcNow is var rest && rest > TimeSpan.Zero) Nap(Math.Clamp((int)rest.TotalMilliseconds, 1, 20));
    }

    private protected void Nap(int milliseconds)
    {
        if (_stopped.Wait(milliseconds)) throw new PipelineStoppedException();
    }

    /// <summary>The machines that a call means, by object or by name; names may hold wildcards, as the real ones may.</summary>
    private protected List<(string Host, Guid Id)> Targets(VirtualMachine[]? machines, string[]? names)
    {
        if (machines is not null) return [.. machines.Select(machine => (machine.ComputerName, machine.Id))];
        return On((site, host) => (names ?? [])
            .SelectMany(name => Machines.Named(host, name).Select(machine => (host.Name, machine.Id)))
            .ToList());
    }

    /// <summary>Acts on each machine; an error of one does not keep it from the next.</summary>
    private protected void Each(VirtualMachine[]? machines, string[]? names, string action, Action<string, Guid> act)
    {
        foreach (var (host, id) in Targets(machines, names))
        {
            try
            {
                if (MyInvocation.MyCommand is CmdletInfo && !Agreed(action, id.ToString())) continue;
                act(host, id);
            }
            catch (Fault fault)
            {
                WriteError(fault.Record());
            }
        }
    }

    /// <summary>One change of one machine, in one go.</summary>
    private protected void Change(VirtualMachine[]? machines, string[]? names, Action<Site, HostState, MachineState> change, bool passThru = false)
    {
        Each(machines, names, "change", (name, id) =>
        {
            var shown = On((site, host) =>
            {
                var machine = Machines.Get(host, id);
                change(site, host, machine);
                if (Clusters.GroupOf(site, machine) is { } group) group.IsStale = true;
                return passThru ? Machines.Shown(site, host, machine) : null;
            }, name);
            if (shown is not null) WriteObject(shown);
        });
    }

    bool Agreed(string action, string target) =>
        GetType().GetCustomAttributes(typeof(CmdletAttribute), false) is [CmdletAttribute { SupportsShouldProcess: true }, ..]
            ? ShouldProcess(target, action)
            : true;

    void Meet(string? arranged)
    {
        switch (arranged)
        {
            case null:
                return;
            case "hang":
                _stopped.Wait();
                throw new PipelineStoppedException();
            case "lost":
                Lose(silent: false);
                return;
            default:
                throw Fault.Named(arranged, CmdletName, Subject);
        }
    }

    /// <summary>The connection is gone: nothing is answered any more.</summary>
    static void Lose(bool silent)
    {
        if (silent) Thread.Sleep(Timeout.Infinite);
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}

/// <summary>
/// Errors that a test arranged: files in `faults/`, one for each, with the cmdlet, when it is met (`before` the cmdlet
/// acts or `after`), what, how many times, and a text that the call's names and paths must hold.
/// </summary>
static class Arranged
{
    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    sealed record Order(string Cmdlet, string When, string Error, int Times, string? Host, string? About);

    public static string? Take(string cmdlet, string subject, string when)
    {
        var folder = Path.Combine(Site.FolderOfSession, "faults");
        if (!Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*.json").Any()) return null;
        using var site = Site.Open();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var order = JsonSerializer.Deserialize<Order>(File.ReadAllBytes(file), Options)!;
            if (!string.Equals(order.Cmdlet, cmdlet, StringComparison.OrdinalIgnoreCase) || order.When != when) continue;
            if (order.Host is not null && order.Host != Site.HostOfSession) continue;
            if (order.About is not null && !subject.Contains(order.About, StringComparison.OrdinalIgnoreCase)) continue;
            if (order.Times <= 1) File.Delete(file);
            else File.WriteAllText(file, JsonSerializer.Serialize(order with { Times = order.Times - 1 }, Options));
            return order.Error;
        }
        return null;
    }
}
