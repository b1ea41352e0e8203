using Octopus.SimulatedHyperV;

namespace Microsoft.HyperV.PowerShell.Commands;

public partial class GetVM
{
    private protected override void Act()
    {
        var found = On((site, host) =>
        {
            IEnumerable<MachineState> machines = ParameterSetName switch
            {
                "Id" when Id is { } id => [Machines.Get(host, id)],
                "Name" when Name is not null => Named(host, Name),
                "ClusterObject" => throw Fault.NotSimulated("Get-VM -ClusterObject"),
                _ => host.Machines,
            };
            return machines.Select(machine => Machines.Shown(site, host, machine)).ToList();
        });
        WriteObject(found, enumerateCollection: true);
    }

    List<MachineState> Named(HostState host, string[] names)
    {
        var found = new List<MachineState>();
        foreach (var name in names)
        {
            try { found.AddRange(Machines.Named(host, name)); }
            catch (Fault fault) { WriteError(fault.Record(name)); }
        }
        return found;
    }
}

/// <summary>
/// Three calls of the management service, one after another, by the cmdlet itself: whoever is killed between them
/// leaves a machine with 512 MB and no disk, as on real hosts.
/// </summary>
public partial class NewVM
{
    private protected override void Act()
    {
        var name = Name ?? "New Virtual Machine";
        if (!ShouldProcess(name, "New-VM")) return;
        var id = Guid.NewGuid();
        On((site, host) => Define(site, host, id, name));
        Until(Stretch.Of(1));
        On((site, host) => Equip(site, host, Machines.Get(host, id)));
        Until(Stretch.Of(1));
        try
        {
            WriteObject(On((site, host) =>
            {
                var machine = Machines.Get(host, id);
                GiveDisk(site, host, machine);
                return Machines.Shown(site, host, machine);
            }));
        }
        catch (Fault)
        {
            On((site, host) => Machines.Forget(site, host, Machines.Get(host, id)));
            throw;
        }
    }

    void Define(Site site, HostState host, Guid id, string name)
    {
        if (name.Length > 100) throw Fault.InvalidParameter($"The name of a virtual machine has at most 100 characters; this one has {name.Length}.");
        if (!HostPath.IsFileName(name)) throw Fault.BadName($"Failed to create a folder for the virtual machine '{name}'.");
        if (SwitchName is not null) Network.Switch(host, SwitchName);
        if (VHDPath is not null && !VirtualDisk.IsThere(site, host.Name, VHDPath)) throw Fault.InvalidParameter($"Failed to add device 'Virtual Hard Disk': the file '{VHDPath}' is not there.");
        var machine = new MachineState
        {
            Id = id,
            Name = name,
            Generation = Generation ?? 1,
            Path = HostPath.Join(Path ?? host.VirtualMachinePath, name),
            Version = Version?.ToString() ?? "10.0",
        };
        host.Machines.Add(machine);
        Machines.WriteConfiguration(site, host, machine);
    }

    void Equip(Site site, HostState host, MachineState machine)
    {
        if (MemoryStartupBytes is { } memory) machine.MemoryStartup = Memory.Checked(machine, memory);
        machine.Adapters.Add(new AdapterState { Name = "Netzwerkkarte", SwitchName = SwitchName is null ? null : Network.Switch(host, SwitchName).Name });
        if (machine.Generation == 1) Drives.Attach(machine, isDvd: true, null, ControllerType.IDE, 1, 0);
    }

    void GiveDisk(Site site, HostState host, MachineState machine)
    {
        if (VHDPath is not null) Drives.Attach(machine, isDvd: false, Drives.Disk(site, host, VHDPath), null, null, null);
        if (NewVHDPath is null) return;
        Disks.Complete(site, host, new Work { Kind = "new-vhd", Path = NewVHDPath, Size = NewVHDSizeBytes, BlockSize = 32 << 20, Type = VhdKind.Dynamic });
        Drives.Attach(machine, isDvd: false, HostPath.Shown(NewVHDPath), null, null, null);
    }
}

public partial class SetVM
{
    private protected override void Act() => Change(VM, Name, (site, host, machine) =>
    {
        var needsOff = Has("ProcessorCount") || Has("DynamicMemory") || Has("StaticMemory") || Has("MemoryStartupBytes") || Has("GuestControlledCacheTypes")
            || Has("LowMemoryMappedIoSpace") || Has("HighMemoryMappedIoSpace");
        if (needsOff) Machines.MustBeOff(machine, "modify settings");
        if (machine.Work?.Kind is "merge" or "migrate") throw Fault.InvalidState(machine.Name, "modify settings");
        if (DynamicMemory && StaticMemory) throw Fault.InvalidParameter("Dynamic and static memory exclude each other.");
        Memory.Set(machine, DynamicMemory ? true : StaticMemory ? false : null, MemoryStartupBytes, MemoryMinimumBytes, MemoryMaximumBytes);
        if (ProcessorCount is { } count) machine.ProcessorCount = Processor.Checked(host, machine, count);
        if (Notes is not null) machine.Notes = Notes;
        if (NewVMName is not null) machine.Name = NewVMName;
        machine.AutomaticStartAction = AutomaticStartAction ?? machine.AutomaticStartAction;
        machine.AutomaticStopAction = AutomaticStopAction ?? machine.AutomaticStopAction;
        machine.AutomaticStartDelay = AutomaticStartDelay ?? machine.AutomaticStartDelay;
        machine.AutomaticCriticalErrorAction = AutomaticCriticalErrorAction ?? machine.AutomaticCriticalErrorAction;
        machine.AutomaticCriticalErrorActionTimeout = AutomaticCriticalErrorActionTimeout ?? machine.AutomaticCriticalErrorActionTimeout;
        machine.AutomaticCheckpointsEnabled = AutomaticCheckpointsEnabled ?? machine.AutomaticCheckpointsEnabled;
        machine.CheckpointType = CheckpointType ?? machine.CheckpointType;
        machine.LockOnDisconnect = LockOnDisconnect ?? machine.LockOnDisconnect;
        machine.SnapshotFileLocation = SnapshotFileLocation ?? machine.SnapshotFileLocation;
        machine.SmartPagingFilePath = SmartPagingFilePath ?? machine.SmartPagingFilePath;
        Machines.WriteConfiguration(site, host, machine);
    }, Passthru);
}

public partial class RenameVM
{
    private protected override void Act() => Change(VM, Name, (_, _, machine) => machine.Name = NewName, Passthru);
}

public partial class RemoveVM
{
    private protected override void Act() => Each(VM, Name, "Remove-VM", (name, id) =>
    {
        if (!Force && !ShouldContinue($"Are you sure you want to remove virtual machine \"{id}\"?", "Confirm")) return;
        var (ends, shown) = On((site, host) =>
        {
            var machine = Machines.Get(host, id);
            Machines.MustBeOff(machine, "be removed");
            Clusters.MustNotHold(site, machine, "be removed");
            var shown = Machines.Shown(site, host, machine);
            // Checkpoints are merged first; the machine stays on the list until then.
            var seconds = 0.5 + machine.Snapshots.Count * 2;
            machine.Work = new Work { Kind = "remove", Seconds = seconds };
            return (machine.Work.Stretch, shown);
        }, name);
        Until(ends);
        shown.IsDeleted = true;
        if (Passthru) WriteObject(shown);
    });
}
