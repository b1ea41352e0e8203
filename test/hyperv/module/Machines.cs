using System.Management.Automation;
using Microsoft.HyperV.PowerShell;
using Status = Microsoft.HyperV.PowerShell.VMOperationalStatus;

namespace Octopus.SimulatedHyperV;

/// <summary>Finding machines, showing them as the real objects do, and forgetting them.</summary>
static class Machines
{
    public static MachineState Get(HostState host, Guid id) => host.Machines.Find(machine => machine.Id == id) ?? throw Fault.NoMachine(id);

    /// <summary>By name or wildcard; a name that is none of a machine is an error, a wildcard that finds nothing is not.</summary>
    public static List<MachineState> Named(HostState host, string name)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        var found = host.Machines.FindAll(machine => pattern.IsMatch(machine.Name));
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) throw Fault.NoMachineNamed(name);
        return found;
    }

    /// <summary>Refuses while the host is at something else with the machine.</summary>
    public static void MustBeFree(MachineState machine, string what)
    {
        if (machine.Work is not null) throw Fault.InvalidState(machine.Name, what);
    }

    public static void MustBeOff(MachineState machine, string what)
    {
        MustBeFree(machine, what);
        if (machine.State is not (VMState.Off or VMState.Saved)) throw Fault.InvalidState(machine.Name, what);
    }

    public static long MemoryFree(HostState host) => host.Memory - host.MemoryReserved
        - host.Machines.Where(Occupies).Sum(machine => machine.MemoryStartup);

    static bool Occupies(MachineState machine) => machine.IsUp || machine.Work?.Kind is "start" or "resume";

    /// <summary>The configuration goes with its files; disks and folders stay.</summary>
    public static void Forget(Site site, HostState host, MachineState machine)
    {
        host.Machines.Remove(machine);
        foreach (var ending in new[] { "vmcx", "vmrs", "vmgs" }) File.Delete(ConfigurationFile(site, host.Name, machine, ending));
    }

    /// <summary>Writes the file that registers a machine; `Import-VM` reads it.</summary>
    public static void WriteConfiguration(Site site, HostState host, MachineState machine)
    {
        var file = ConfigurationFile(site, host.Name, machine, "vmcx");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(machine));
        File.WriteAllText(Path.ChangeExtension(file, "vmrs"), "");
    }

    static string ConfigurationFile(Site site, string host, MachineState machine, string ending) => HostPath.Real(site, host,
        HostPath.Join(HostPath.Join(machine.Path, "Virtual Machines"), $"{machine.Id.ToString().ToUpperInvariant()}.{ending}"));

    public static VirtualMachine Shown(Site site, HostState host, MachineState machine)
    {
        var status = Statuses(machine);
        return new VirtualMachine
        {
            Id = machine.Id,
            Name = machine.Name,
            ComputerName = host.Name,
            State = machine.State,
            Notes = machine.Notes,
            Generation = machine.Generation,
            Version = machine.Version,
            CreationTime = machine.CreationTime.ToLocalTime(),
            Uptime = machine.UpSince is { } since ? Later(DateTime.UtcNow - since) : TimeSpan.Zero,
            CPUUsage = machine.State == VMState.Running ? (machine.HasBooted ? 2 : 25) : 0,
            MemoryAssigned = machine.MemoryAssigned,
            MemoryDemand = machine.State == VMState.Running ? machine.MemoryStartup / 2 : 0,
            MemoryStatus = machine.State == VMState.Running ? "OK" : "",
            MemoryStartup = machine.MemoryStartup,
            MemoryMinimum = machine.MemoryMinimum,
            MemoryMaximum = machine.MemoryMaximum,
            DynamicMemoryEnabled = machine.DynamicMemory,
            ProcessorCount = machine.ProcessorCount,
            OperationalStatus = [.. status],
            PrimaryOperationalStatus = status[0],
            SecondaryOperationalStatus = status.Count > 1 ? status[1] : null,
            StatusDescriptions = [.. status.Select(one => one == Status.Ok ? "Operating normally" : one.ToString())],
            PrimaryStatusDescription = "Operating normally",
            SecondaryStatusDescription = status.Count > 1 ? status[1].ToString() : null,
            Status = "Operating normally",
            Heartbeat = machine.State == VMState.Running ? (machine.HasBooted ? VMHeartbeatStatus.OkApplicationsUnknown : VMHeartbeatStatus.NoContact) : null,
            IntegrationServicesState = machine.HasBooted ? "Up to date" : "",
            IntegrationServicesVersion = machine.HasBooted ? new Version(0, 0) : null,
            Path = HostPath.Shown(machine.Path),
            ConfigurationLocation = HostPath.Shown(machine.Path),
            SnapshotFileLocation = HostPath.Shown(machine.SnapshotFileLocation ?? machine.Path),
            SmartPagingFilePath = HostPath.Shown(machine.SmartPagingFilePath ?? machine.Path),
            AutomaticStartAction = machine.AutomaticStartAction,
            AutomaticStopAction = machine.AutomaticStopAction,
            AutomaticStartDelay = machine.AutomaticStartDelay,
            AutomaticCheckpointsEnabled = machine.AutomaticCheckpointsEnabled,
            AutomaticCriticalErrorAction = machine.AutomaticCriticalErrorAction,
            AutomaticCriticalErrorActionTimeout = machine.AutomaticCriticalErrorActionTimeout,
            CheckpointType = machine.CheckpointType,
            LockOnDisconnect = machine.LockOnDisconnect,
            NumaNodesCount = 1,
            NumaSocketCount = 1,
            SizeOfSystemFiles = 46_832,
            ParentSnapshotId = machine.LastSnapshot,
            ParentSnapshotName = machine.Snapshots.Find(one => one.Id == machine.LastSnapshot)?.Name,
            HardDrives = [.. machine.Drives.Where(drive => !drive.IsDvd).Select(drive => Drives.Hard(host, machine, drive))],
            DVDDrives = [.. machine.Drives.Where(drive => drive.IsDvd).Select(drive => Drives.Dvd(host, machine, drive))],
            NetworkAdapters = [.. machine.Adapters.Select(adapter => Network.Shown(host, machine, adapter))],
            VMIntegrationService = [.. Network.Services(host, machine)],
            Groups = [],
            FibreChannelHostBusAdapters = [],
            IsClustered = Clusters.GroupOf(site, machine) is not null,
        };
    }

    static List<Status> Statuses(MachineState machine) => machine.Work?.Kind switch
    {
        "merge" => [Status.InService, Status.MergingDisks],
        "migrate" => [Status.InService, Status.MigratingVirtualMachine],
        "move-storage" => [Status.InService, Status.StorageMigrationPhaseOne],
        "remove-snapshot" => [Status.InService, Status.DeletingSnapshot],
        "backup" => [Status.InService, Status.BackingUpVirtualMachine],
        _ => [Status.Ok],
    };

    static TimeSpan Later(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}
