using Octopus.SimulatedHyperV;

namespace Octopus.SimulatedHyperV
{
    using Microsoft.HyperV.PowerShell;

    static class Checkpoints
    {
        public static VMSnapshot Shown(HostState host, MachineState machine, SnapshotState snapshot) => new()
        {
            Id = snapshot.Id,
            Name = snapshot.Name,
            VMId = machine.Id,
            VMName = machine.Name,
            SnapshotType = SnapshotType.Standard,
            IsAutomaticCheckpoint = snapshot.Automatic,
            State = snapshot.State,
            CreationTime = snapshot.CreationTime.ToLocalTime(),
            ParentSnapshotId = snapshot.Parent,
            ParentSnapshotName = machine.Snapshots.Find(one => one.Id == snapshot.Parent)?.Name,
            ProcessorCount = snapshot.ProcessorCount,
            MemoryStartup = snapshot.MemoryStartup,
            Generation = machine.Generation,
            Path = HostPath.Shown(machine.SnapshotFileLocation ?? machine.Path),
            HardDrives = [.. snapshot.Drives.Where(drive => !drive.IsDvd).Select(drive => Drives.Hard(host, machine, drive, snapshot))],
            ComputerName = host.Name,
        };

        /// <summary>The disks as they are become parents; the machine goes on with children of them.</summary>
        public static SnapshotState Take(Site site, HostState host, MachineState machine, string name)
        {
            var snapshot = new SnapshotState
            {
                Name = name,
                Parent = machine.LastSnapshot,
                State = machine.State == VMState.Running ? VMState.Running : VMState.Off,
                ProcessorCount = machine.ProcessorCount,
                MemoryStartup = machine.MemoryStartup,
                Drives = [.. machine.Drives.Select(Copy)],
            };
            foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null)) drive.Path = Child(site, host, drive.Path!);
            machine.Snapshots.Add(snapshot);
            machine.LastSnapshot = snapshot.Id;
            return snapshot;
        }

        static string Child(Site site, HostState host, string parent)
        {
            var stem = System.Text.RegularExpressions.Regex.Replace(HostPath.NameOf(parent), @"(_[0-9A-F-]{36})?\.a?vhdx$", "");
            var path = HostPath.Join(HostPath.FolderOf(parent), $"{stem}_{Guid.NewGuid().ToString().ToUpperInvariant()}.avhdx");
            Disks.Complete(site, host, new Work
            {
                Kind = "new-vhd", Path = path, Parent = parent, Type = VhdKind.Differencing,
                Size = VirtualDisk.Read(site, host.Name, parent).Size, BlockSize = 2 << 20,
            });
            return path;
        }

        /// <summary>A checkpoint has left the tree: its disk goes into its parent, or what comes after it into its disk.</summary>
        public static void Merge(Site site, HostState host, MachineState machine, Work work)
        {
            foreach (var pair in work.Disks ?? [])
            {
                Disks.Merge(site, host, pair.From, pair.To);
                foreach (var drive in machine.Drives.Concat(machine.Snapshots.SelectMany(one => one.Drives)).Where(drive => HostPath.Same(drive.Path, pair.From)))
                    drive.Path = pair.To;
            }
        }

        public static void Restore(Site site, HostState host, MachineState machine, SnapshotState snapshot)
        {
            foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null && drive.Path.EndsWith(".avhdx", StringComparison.OrdinalIgnoreCase)))
                File.Delete(HostPath.Real(site, host.Name, drive.Path!));
            machine.Drives = [.. snapshot.Drives.Select(Copy)];
            foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null)) drive.Path = Child(site, host, drive.Path!);
            machine.ProcessorCount = snapshot.ProcessorCount;
            machine.MemoryStartup = snapshot.MemoryStartup;
            machine.LastSnapshot = snapshot.Id;
            // A production checkpoint holds no memory: the machine is off afterwards; a standard one of a running machine is saved.
            Progress.Down(machine, snapshot.State == VMState.Running && machine.CheckpointType == CheckpointType.Standard ? VMState.Saved : VMState.Off);
        }

        static DriveState Copy(DriveState drive) => new()
        {
            Id = drive.Id, IsDvd = drive.IsDvd, Path = drive.Path,
            ControllerType = drive.ControllerType, ControllerNumber = drive.ControllerNumber, ControllerLocation = drive.ControllerLocation,
        };
    }
}

namespace Microsoft.HyperV.PowerShell.Commands
{
    public partial class CheckpointVM
    {
        private protected override void Act() => Each(VM, Name, "Checkpoint-VM", (name, id) =>
        {
            var (shown, ends) = On((site, host) =>
            {
                var machine = Machines.Get(host, id);
                Machines.MustBeFree(machine, "take a checkpoint");
                if (machine.CheckpointType == CheckpointType.Disabled)
                    throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"Checkpoint operation for '{machine.Name}' failed. Checkpoints are disabled for it.");
                var snapshot = Checkpoints.Take(site, host, machine, SnapshotName ?? $"{machine.Name} - ({DateTime.Now:g})");
                return (Checkpoints.Shown(host, machine, snapshot), Stretch.Of(3));
            }, name);
            Until(ends);
            if (Passthru) WriteObject(shown);
        });
    }

    public partial class GetVMSnapshot
    {
        private protected override void Act()
        {
            if (ParameterSetName == "Id")
            {
                WriteObject(On((_, host) => host.Machines.SelectMany(machine => machine.Snapshots.Where(one => one.Id == Id).Select(one => Checkpoints.Shown(host, machine, one))).FirstOrDefault()
                    ?? throw Fault.NotFound($"a checkpoint with id {Id}")));
                return;
            }
            if (ParameterSetName is "Parent" or "Child") throw Fault.NotSimulated("Get-VMSnapshot -ParentOf/-ChildOf");
            Each(VM, VMName, "look", (name, id) => WriteObject(On((_, host) =>
            {
                var machine = Machines.Get(host, id);
                return machine.Snapshots.Where(one => Name is null || one.Name == Name).Select(one => Checkpoints.Shown(host, machine, one)).ToList();
            }, name), enumerateCollection: true));
        }
    }

    public partial class RestoreVMSnapshot
    {
        private protected override void Act()
        {
            if (!ShouldProcess(VMSnapshot?.Name ?? Name, "Restore-VMSnapshot")) return;
            var targets = VMSnapshot is not null ? [(VMSnapshot.ComputerName, VMSnapshot.VMId)] : Targets(VM is null ? null : [VM], VMName is null ? null : [VMName]);
            foreach (var (name, id) in targets)
                Until(On((site, host) =>
                {
                    var machine = Machines.Get(host, id);
                    Machines.MustBeFree(machine, "apply a checkpoint");
                    var snapshot = machine.Snapshots.Find(one => VMSnapshot is null ? one.Name == Name : one.Id == VMSnapshot.Id) ?? throw Fault.NotFound($"a checkpoint '{Name ?? VMSnapshot?.Name}'");
                    Checkpoints.Restore(site, host, machine, snapshot);
                    return Stretch.Of(2);
                }, name));
        }
    }

    public partial class RemoveVMSnapshot
    {
        /// <summary>The checkpoint is gone at once; its disk is merged after the cmdlet has returned.</summary>
        private protected override void Act()
        {
            if (VMSnapshot is not null)
                foreach (var snapshot in VMSnapshot) Remove(snapshot.ComputerName, snapshot.VMId, one => one.Id == snapshot.Id);
            else Each(VM, VMName, "Remove-VMSnapshot", (name, id) => Remove(name, id, one => Name is null || Name.Contains(one.Name)));
        }

        void Remove(string name, Guid id, Predicate<SnapshotState> which) => On((site, host) =>
        {
            var machine = Machines.Get(host, id);
            Machines.MustBeFree(machine, "remove a checkpoint");
            var found = machine.Snapshots.FindAll(which);
            if (found.Count == 0) throw Fault.NotFound($"such a checkpoint of '{machine.Name}'");
            if (IncludeAllChildSnapshots)
                for (var more = 1; more > 0; found.AddRange(machine.Snapshots.FindAll(IsNext))) more = machine.Snapshots.FindAll(IsNext).Count;
            var work = new Work { Kind = "merge", Seconds = 4 * found.Count, Disks = [] };
            foreach (var snapshot in found.OrderByDescending(one => machine.Snapshots.IndexOf(one)))
            {
                var after = machine.Snapshots.FindAll(one => one.Parent == snapshot.Id);
                foreach (var drive in snapshot.Drives.Where(drive => !drive.IsDvd && drive.Path is not null))
                {
                    var next = after.FirstOrDefault()?.Drives ?? (machine.LastSnapshot == snapshot.Id ? machine.Drives : null);
                    if (next?.Find(one => one.Id == drive.Id)?.Path is { } child && !HostPath.Same(child, drive.Path)) work.Disks.Add(new PathPair { From = child, To = drive.Path! });
                }
                machine.Snapshots.Remove(snapshot);
                foreach (var one in after) one.Parent = snapshot.Parent;
                if (machine.LastSnapshot == snapshot.Id) machine.LastSnapshot = snapshot.Parent;
            }
            machine.Work = work;

            bool IsNext(SnapshotState one) => found.Exists(other => other.Id == one.Parent) && !found.Contains(one);
        }, name);
    }
}
