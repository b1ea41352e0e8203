using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.HyperV.PowerShell;

namespace Octopus.SimulatedHyperV;

/// <summary>
/// The hosts as they stand in one file, held under a lock by one process at a time.
///
/// What was begun goes on without the process that began it, as it does in Hyper-V's own service: it is written down
/// with the instant at which it ends, and whoever opens the file next lets it take effect.
/// </summary>
sealed class Site : IDisposable
{
    static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    readonly FileStream _lock;

    public string Folder { get; }
    public SiteState State { get; }

    /// <summary>The folder of the simulated hosts; the test that starts a shell names it.</summary>
    public static string FolderOfSession =>
        Environment.GetEnvironmentVariable("SIMULATED_HYPERV")
        ?? throw new InvalidOperationException("SIMULATED_HYPERV does not name a folder of simulated hosts");

    /// <summary>The host that this process is on.</summary>
    public static string HostOfSession =>
        Environment.GetEnvironmentVariable("SIMULATED_HOST")
        ?? throw new InvalidOperationException("SIMULATED_HOST does not name a host");

    Site(string folder, FileStream held)
    {
        Folder = folder;
        _lock = held;
        State = JsonSerializer.Deserialize<SiteState>(File.ReadAllBytes(Path.Combine(folder, "site.json")), Options)!;
    }

    /// <summary>Waits for the lock, reads the file, and lets take effect what is due.</summary>
    public static Site Open()
    {
        var folder = FolderOfSession;
        var site = new Site(folder, Locked(Path.Combine(folder, "lock")));
        try
        {
            if (Progress.Apply(site)) site.Save();
            return site;
        }
        catch
        {
            site.Dispose();
            throw;
        }
    }

    public HostState Host(string name) =>
        State.Hosts.Find(host => string.Equals(host.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Fault.Unreachable(name);

    /// <summary>Replaces the file whole: a process that dies leaves the old one or the new one.</summary>
    public void Save()
    {
        var path = Path.Combine(Folder, "site.json");
        var next = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(State, Options));
        File.Move(next, path, overwrite: true);
    }

    public void Dispose() => _lock.Dispose();

    static FileStream Locked(string path)
    {
        for (var wait = 1; ; wait = Math.Min(wait + 1, 10))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException)
            {
                Thread.Sleep(wait);
            }
        }
    }
}

sealed class SiteState
{
    public long NextMac { get; set; }
    public List<HostState> Hosts { get; set; } = [];
    public List<ClusterState> Clusters { get; set; } = [];
}

sealed class HostState
{
    public required string Name { get; set; }
    public int Cores { get; set; }
    public long Memory { get; set; }
    /// <summary>What the host keeps for itself.</summary>
    public long MemoryReserved { get; set; }
    /// <summary>Room on its volume for disks that grow; null: as much as is wanted.</summary>
    public long? Room { get; set; }
    public string Processor { get; set; } = "GenuineIntel Family 6 Model 106";
    public List<SwitchState> Switches { get; set; } = [];
    /// <summary>Whether other hosts may act in the name of who asks: constrained delegation.</summary>
    public bool Delegation { get; set; } = true;
    public uint MaximumStorageMigrations { get; set; } = 2;
    public uint MaximumVirtualMachineMigrations { get; set; } = 2;
    public bool VirtualMachineMigrationEnabled { get; set; } = true;
    public MigrationAuthenticationType VirtualMachineMigrationAuthenticationType { get; set; } = MigrationAuthenticationType.Kerberos;
    public VMMigrationPerformance VirtualMachineMigrationPerformanceOption { get; set; } = VMMigrationPerformance.Compression;
    public bool UseAnyNetworkForMigration { get; set; } = true;
    public string VirtualHardDiskPath { get; set; } = @"C:\ProgramData\Microsoft\Windows\Virtual Hard Disks";
    public string VirtualMachinePath { get; set; } = @"C:\ProgramData\Microsoft\Windows\Hyper-V";
    public string MacAddressMinimum { get; set; } = "00155D01D200";
    public string MacAddressMaximum { get; set; } = "00155D01D2FF";
    public List<MachineState> Machines { get; set; } = [];
    /// <summary>Machines that are to arrive; one whose source dies on the way stays planned.</summary>
    public List<PlannedState> Planned { get; set; } = [];
    /// <summary>Disks that are being made or changed.</summary>
    public List<Work> Work { get; set; } = [];
}

sealed class PlannedState
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public string Notes { get; set; } = "";
}

sealed class SwitchState
{
    public required string Name { get; set; }
    public Guid Id { get; set; } = Guid.NewGuid();
    public VMSwitchType Type { get; set; } = VMSwitchType.External;
}

/// <summary>So many seconds of the hosts' work from an instant on.</summary>
readonly record struct Stretch(DateTime Began, double Seconds)
{
    public static Stretch Of(double seconds) => new(DateTime.UtcNow, seconds);

    /// <summary>When it is over at the present pace.</summary>
    public DateTime Ends => Seconds * Pace is var real && real < 1e9 ? Began.AddSeconds(real) : DateTime.MaxValue;

    /// <summary>
    /// Real seconds for one second of work, in the file `pace`: 0.02 makes a start of 3 s one of 60 ms. A test may change
    /// it while work is under way: with a large one nothing ends, with 0 everything is over.
    /// </summary>
    static double Pace => double.Parse(File.ReadAllText(Path.Combine(Site.FolderOfSession, "pace")), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Something under way: what, until when, and what it needs to take effect.</summary>
sealed class Work
{
    public required string Kind { get; set; }
    public DateTime Began { get; set; } = DateTime.UtcNow;
    public double Seconds { get; set; }
    public string? Path { get; set; }
    public string? Parent { get; set; }
    public ulong Size { get; set; }
    public uint BlockSize { get; set; }
    public VhdKind Type { get; set; }
    /// <summary>The host where a migration goes.</summary>
    public string? To { get; set; }
    public string? MachinePath { get; set; }
    /// <summary>Disks on their way: from which path to which.</summary>
    public List<PathPair>? Disks { get; set; }
    public bool RetainParents { get; set; }
    /// <summary>A move by the failover cluster: the disks are where both nodes reach them.</summary>
    public bool ByCluster { get; set; }
    public Guid? Snapshot { get; set; }

    [JsonIgnore] public Stretch Stretch => new(Began, Seconds);
    [JsonIgnore] public DateTime Ends => Stretch.Ends;
}

sealed class PathPair
{
    public required string From { get; set; }
    public required string To { get; set; }
}

sealed class MachineState
{
    public Guid Id { get; set; } = Guid.NewGuid();
    public required string Name { get; set; }
    public int Generation { get; set; } = 1;
    public string Version { get; set; } = "10.0";
    public string Notes { get; set; } = "";
    public VMState State { get; set; } = VMState.Off;
    /// <summary>When it was last switched on or reset; null while it is off.</summary>
    public DateTime? UpSince { get; set; }
    /// <summary>Its guest answers.</summary>
    public bool HasBooted { get; set; }
    public DateTime CreationTime { get; set; } = DateTime.UtcNow;
    public required string Path { get; set; }
    public string? SnapshotFileLocation { get; set; }
    public string? SmartPagingFilePath { get; set; }
    public long ProcessorCount { get; set; } = 1;
    public bool CompatibilityForMigrationEnabled { get; set; }
    public bool ExposeVirtualizationExtensions { get; set; }
    public long ProcessorMaximum { get; set; } = 100;
    public long ProcessorReserve { get; set; }
    public int ProcessorWeight { get; set; } = 100;
    public bool DynamicMemory { get; set; }
    public long MemoryStartup { get; set; } = 512L << 20;
    public long MemoryMinimum { get; set; } = 512L << 20;
    public long MemoryMaximum { get; set; } = 1L << 40;
    public int MemoryBuffer { get; set; } = 20;
    public int MemoryPriority { get; set; } = 50;
    public OnOffState SecureBoot { get; set; } = OnOffState.On;
    public string SecureBootTemplate { get; set; } = "MicrosoftWindows";
    public StartAction AutomaticStartAction { get; set; } = StartAction.StartIfRunning;
    public StopAction AutomaticStopAction { get; set; } = StopAction.Save;
    public int AutomaticStartDelay { get; set; }
    public CheckpointType CheckpointType { get; set; } = CheckpointType.Production;
    public bool AutomaticCheckpointsEnabled { get; set; } = true;
    public CriticalErrorAction AutomaticCriticalErrorAction { get; set; } = CriticalErrorAction.Pause;
    public int AutomaticCriticalErrorActionTimeout { get; set; } = 30;
    public OnOffState? LockOnDisconnect { get; set; } = OnOffState.Off;
    public bool Tpm { get; set; }
    public bool KeyProtector { get; set; }
    public List<DriveState> Drives { get; set; } = [];
    public List<AdapterState> Adapters { get; set; } = [];
    public List<SnapshotState> Snapshots { get; set; } = [];
    public Guid? LastSnapshot { get; set; }
    public List<Guid> DisabledServices { get; set; } = [];
    /// <summary>What the host is at with it.</summary>
    public Work? Work { get; set; }
    /// <summary>Its guest has found a seed that asks for a word, and has said it.</summary>
    public bool HasReadSeed { get; set; }
    /// <summary>Deaf to a shutdown, as a guest without integration services is.</summary>
    public bool Deaf { get; set; }

    [JsonIgnore] public long MemoryAssigned => State is VMState.Running or VMState.Paused ? MemoryStartup : 0;
    [JsonIgnore] public bool IsUp => UpSince is not null;
    [JsonIgnore] public Stretch Boot => new(UpSince ?? DateTime.UtcNow, 20);
}

sealed class DriveState
{
    public Guid Id { get; set; } = Guid.NewGuid();
    public bool IsDvd { get; set; }
    public ControllerType ControllerType { get; set; }
    public int ControllerNumber { get; set; }
    public int ControllerLocation { get; set; }
    public string? Path { get; set; }
}

sealed class AdapterState
{
    public Guid Id { get; set; } = Guid.NewGuid();
    public required string Name { get; set; }
    public string? SwitchName { get; set; }
    public string MacAddress { get; set; } = "000000000000";
    public bool DynamicMac { get; set; } = true;
    public int? Vlan { get; set; }
}

sealed class SnapshotState
{
    public Guid Id { get; set; } = Guid.NewGuid();
    public required string Name { get; set; }
    public Guid? Parent { get; set; }
    public DateTime CreationTime { get; set; } = DateTime.UtcNow;
    public VMState State { get; set; }
    public bool Automatic { get; set; }
    public long ProcessorCount { get; set; }
    public long MemoryStartup { get; set; }
    /// <summary>The disks as they were: what the machine goes on to is a child of them.</summary>
    public List<DriveState> Drives { get; set; } = [];
}
