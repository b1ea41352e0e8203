using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using Microsoft.HyperV.PowerShell;
using Octopus.SimulatedHyperV;

namespace Octopus.SimulatedHyperV
{
    /// <summary>Migration: what it needs of both ends, and what is where afterwards.</summary>
    static class Moves
    {
        public static List<(int Id, string Message, object? Source)> Incompatibilities(HostState to, MachineState machine)
        {
            var found = new List<(int, string, object?)>();
            foreach (var adapter in machine.Adapters.Where(adapter => adapter.SwitchName is not null))
                if (!to.Switches.Exists(one => one.Name == adapter.SwitchName))
                    found.Add((33012, $"Could not find Ethernet switch '{adapter.SwitchName}'.", Network.Shown(to, machine, adapter)));
            return found;
        }

        public static Stretch Begin(Site site, HostState from, HostState to, MachineState machine, Work work)
        {
            Machines.MustBeFree(machine, "migrate");
            if (!work.ByCluster) Clusters.MustNotHold(site, machine, "be moved out of its cluster");
            if (!from.VirtualMachineMigrationEnabled || !to.VirtualMachineMigrationEnabled)
                throw new Fault("OperationFailed", ErrorCategory.NotSpecified, $"Virtual machine migration operation for '{machine.Name}' failed: live migrations are not enabled on both computers.");
            if (!from.Delegation) throw Fault.NoDelegation(machine.Name);
            if (Under(site, from) >= from.MaximumVirtualMachineMigrations || Under(site, to) >= to.MaximumVirtualMachineMigrations) throw Fault.MigrationLimit(machine.Name);
            if (to.Planned.Exists(one => one.Id == machine.Id)) throw Fault.InvalidParameter($"'{to.Name}' has a planned virtual machine with the same id.");
            if (to.Machines.Exists(one => one.Id == machine.Id)) throw Fault.InvalidParameter($"'{to.Name}' has a virtual machine with the same id already.");
            if (Incompatibilities(to, machine) is [var first, ..])
                throw new Fault("OperationFailed", ErrorCategory.NotSpecified, $"Virtual machine migration operation for '{machine.Name}' failed: {first.Message} ({first.Id})");
            if (machine.IsUp && from.Processor != to.Processor && !machine.CompatibilityForMigrationEnabled) throw Fault.Incompatible(machine.Name, to.Name);
            if (machine.IsUp && machine.MemoryStartup > Machines.MemoryFree(to)) throw Fault.OutOfMemory(machine.Name);
            if (machine.Drives.Find(drive => drive.IsDvd && drive.Path is not null) is { } dvd && !File.Exists(HostPath.Real(site, to.Name, dvd.Path!)))
                throw Fault.NoFile($"'{machine.Name}' cannot be moved: '{dvd.Path}' is not on '{to.Name}'.");
            foreach (var pair in work.Disks!)
            {
                VirtualDisk.Chain(site, from.Name, pair.From);
                if (VirtualDisk.IsThere(site, to.Name, pair.To)) throw Fault.Exists($"Storage migration for '{machine.Name}' failed for '{pair.To}'.");
                if (to.Room is { } room && room < new FileInfo(HostPath.Real(site, from.Name, pair.From)).Length) throw Fault.NoRoom($"Storage migration for '{machine.Name}' failed.");
            }
            // Set-up, memory at 600 MB/s, disks at the same speed: `facts` of 10 GbE.
            var bytes = (machine.IsUp ? machine.MemoryStartup : 0) + work.Disks.Sum(pair => new FileInfo(HostPath.Real(site, from.Name, pair.From)).Length);
            work.Seconds = 4 + bytes / 600e6;
            machine.Work = work;
            if (!work.ByCluster) to.Planned.Add(new PlannedState { Id = machine.Id, Name = machine.Name, Notes = machine.Notes });
            foreach (var pair in work.Disks)
            {
                // The file grows at the other end while it is on its way.
                var partial = HostPath.Real(site, to.Name, pair.To);
                Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
                File.WriteAllText(partial, "");
            }
            return work.Stretch;
        }

        static int Under(Site site, HostState host) => host.Machines.Count(machine => machine.Work?.Kind == "migrate")
            + site.State.Hosts.Where(other => other != host).Sum(other => other.Machines.Count(machine => machine.Work?.Kind == "migrate" && machine.Work.To == host.Name));

        /// <summary>The machine is at one end or at the other, never at both; a target that lost its power leaves it where it was.</summary>
        public static void Complete(Site site, HostState from, MachineState machine, Work work)
        {
            var to = site.Host(work.To!);
            if (!Power.Answers(site, to.Name) || !Power.Answers(site, from.Name))
            {
                Abandon(site, work);
                return;
            }
            to.Planned.RemoveAll(one => one.Id == machine.Id);
            foreach (var pair in work.Disks!) MoveDisk(site, from, to, pair, work.RetainParents, HostPath.FolderOf(work.Disks[0].To));
            Machines.Forget(site, from, machine);
            foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd))
                drive.Path = work.Disks.Find(pair => HostPath.Same(pair.From, drive.Path))?.To ?? drive.Path;
            machine.Path = work.MachinePath ?? machine.Path;
            to.Machines.Add(machine);
            Machines.WriteConfiguration(site, to, machine);
        }

        public static void Cancel(Site site, MachineState machine, Work work)
        {
            Abandon(site, work);
            site.Host(work.To!).Planned.RemoveAll(one => one.Id == machine.Id);
            machine.Work = null;
        }

        /// <summary>An end is lost: what has arrived goes, what was planned stays planned.</summary>
        static void Abandon(Site site, Work work)
        {
            foreach (var pair in work.Disks!) File.Delete(HostPath.Real(site, work.To!, pair.To));
        }

        /// <summary>
        /// Parents travel with their child unless they are there already, and are removed at the source unless the caller
        /// retains them or their file is read-only.
        /// </summary>
        static void MoveDisk(Site site, HostState from, HostState to, PathPair pair, bool retain, string folder)
        {
            var disk = VirtualDisk.Read(site, from.Name, pair.From);
            var parentHere = disk.FindParent(site, from.Name, pair.From);
            var source = HostPath.Real(site, from.Name, pair.From);
            var target = HostPath.Real(site, to.Name, pair.To);
            File.Move(source, target, overwrite: true);
            if (disk.Type == VhdKind.Differencing)
            {
                var parent = parentHere ?? throw Fault.NoParent(pair.From);
                if (disk.FindParent(site, to.Name, pair.To) is null)
                {
                    var parentThere = HostPath.Join(folder, HostPath.NameOf(parent));
                    if (!VirtualDisk.IsThere(site, to.Name, parentThere)) File.Copy(HostPath.Real(site, from.Name, parent), HostPath.Real(site, to.Name, parentThere));
                    disk.SetParent(site, to.Name, pair.To, parentThere);
                    disk.Write(target, 0);
                }
                var real = HostPath.Real(site, from.Name, parent);
                if (!retain && !new FileInfo(real).IsReadOnly) File.Delete(real);
            }
        }

        public static void CompleteStorage(Site site, HostState host, MachineState machine, Work work)
        {
            foreach (var pair in work.Disks!)
            {
                MoveDisk(site, host, host, pair, retain: true, HostPath.FolderOf(pair.To));
                foreach (var drive in machine.Drives.Where(drive => HostPath.Same(drive.Path, pair.From))) drive.Path = pair.To;
            }
            machine.Path = work.MachinePath ?? machine.Path;
        }

        /// <summary>From `-Vhds`: hashtables with SourceFilePath and DestinationFilePath.</summary>
        public static List<PathPair> Pairs(Hashtable[]? vhds) => [.. (vhds ?? []).Select(vhd => new PathPair
        {
            From = vhd["SourceFilePath"] as string ?? throw Fault.InvalidParameter("-Vhds needs SourceFilePath and DestinationFilePath."),
            To = HostPath.Shown(vhd["DestinationFilePath"] as string ?? throw Fault.InvalidParameter("-Vhds needs SourceFilePath and DestinationFilePath.")),
        })];

        public static List<PathPair> Into(MachineState machine, string folder) => [.. machine.Drives
            .Where(drive => !drive.IsDvd && drive.Path is not null)
            .Select(drive => new PathPair { From = drive.Path!, To = HostPath.Join(HostPath.Join(folder, "Virtual Hard Disks"), HostPath.NameOf(drive.Path!)) })];
    }
}

namespace Microsoft.HyperV.PowerShell.Commands
{
    public partial class MoveVM
    {
        private protected override void Act()
        {
            if (CompatibilityReport is not null || DestinationCimSession is not null) throw Fault.NotSimulated($"Move-VM with {ParameterSetName}");
            var machines = VM is null ? null : new[] { VM };
            Each(machines, [Name], "Move-VM", (name, id) =>
            {
                var destination = DestinationHost.Split('.')[0];
                var ends = On((site, from) =>
                {
                    if (!Power.Answers(site, site.Host(destination).Name)) throw Fault.Unreachable(destination);
                    var machine = Machines.Get(from, id);
                    var work = new Work { Kind = "migrate", To = site.Host(destination).Name, RetainParents = RetainVhdCopiesOnSource };
                    if (ParameterSetName.Contains("Multiple"))
                    {
                        work.Disks = Moves.Pairs(Vhds);
                        work.MachinePath = VirtualMachinePath is null ? null : HostPath.Shown(VirtualMachinePath);
                    }
                    else if (IncludeStorage)
                    {
                        if (DestinationStoragePath is null) throw Fault.InvalidParameter("-IncludeStorage needs -DestinationStoragePath.");
                        work.Disks = Moves.Into(machine, DestinationStoragePath);
                        work.MachinePath = HostPath.Shown(DestinationStoragePath);
                    }
                    else throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"'{machine.Name}' cannot be moved without its storage: it is not on storage that both computers share.");
                    return Moves.Begin(site, from, site.Host(destination), machine, work);
                }, name);
                Until(ends);
                var there = On((site, host) => host.Machines.Find(machine => machine.Id == id) is { } machine ? Machines.Shown(site, host, machine) : null, destination);
                if (there is null) throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"Virtual machine migration operation for '{id}' failed at migration source.");
                if (Passthru) WriteObject(there);
            });
        }
    }

    public partial class MoveVMStorage
    {
        private protected override void Act() => Each(VM is null ? null : [VM], [Name], "Move-VMStorage", (name, id) => Until(On((site, host) =>
        {
            var machine = Machines.Get(host, id);
            Machines.MustBeFree(machine, "move its storage");
            var single = ParameterSetName.Contains("Single");
            machine.Work = new Work
            {
                Kind = "move-storage",
                Disks = single ? Moves.Into(machine, DestinationStoragePath) : Moves.Pairs(Vhds),
                MachinePath = single ? HostPath.Shown(DestinationStoragePath) : VirtualMachinePath,
                Seconds = 3,
            };
            return machine.Work.Stretch;
        }, name)));
    }

    public partial class ExportVM
    {
        /// <summary>`Path\Name\Virtual Machines\Id.vmcx` and copies of the disks.</summary>
        private protected override void Act() => Each(VM, Name, "Export-VM", (name, id) => Until(On((site, host) =>
        {
            var machine = Machines.Get(host, id);
            Machines.MustBeFree(machine, "export");
            var folder = HostPath.Join(Path, machine.Name);
            var file = HostPath.Real(site, host.Name, HostPath.Join(HostPath.Join(folder, "Virtual Machines"), $"{id.ToString().ToUpperInvariant()}.vmcx"));
            if (File.Exists(file)) throw Fault.Exists($"Export of '{machine.Name}' failed.");
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(machine));
            foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null))
                foreach (var disk in VirtualDisk.Chain(site, host.Name, drive.Path!))
                {
                    var copy = HostPath.Real(site, host.Name, HostPath.Join(HostPath.Join(folder, "Virtual Hard Disks"), HostPath.NameOf(disk)));
                    Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
                    File.Copy(HostPath.Real(site, host.Name, disk), copy, overwrite: true);
                }
            return Stretch.Of(3);
        }, name)));
    }

    public partial class CompareVM
    {
        private protected override void Act()
        {
            if (ParameterSetName is not ("Register" or "CompatibilityReport")) throw Fault.NotSimulated($"Compare-VM with {ParameterSetName}");
            WriteObject(On((site, host) =>
            {
                var report = Report(site, host, CompatibilityReport?.Path ?? Path, CompatibilityReport?.VM);
                if (CompatibilityReport is null) return report;
                // What was mended in the report given is no longer wrong.
                var mended = CompatibilityReport.Incompatibilities.Select(one => one.Source).OfType<VMNetworkAdapter>()
                    .Where(adapter => adapter.SwitchName is null || host.Switches.Exists(one => one.Name == adapter.SwitchName)).ToList();
                report.Incompatibilities = [.. report.Incompatibilities.Where(one => one.Source is not VMNetworkAdapter adapter || !mended.Exists(other => other.Id == adapter.Id))];
                report.Mended = mended;
                return report;
            }));
        }

        /// <summary>What keeps the machine of a file from being registered here: missing switches, disks and parents.</summary>
        internal static VMCompatibilityReport Report(Site site, HostState host, string path, VirtualMachine? before)
        {
            var machine = Read(site, host, path);
            Adopt(machine, before);
            var found = Moves.Incompatibilities(host, machine);
            foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null))
            {
                try { VirtualDisk.Chain(site, host.Name, drive.Path!); }
                catch (Fault fault) { found.Add((40004, fault.Message, Drives.Hard(host, machine, drive))); }
            }
            var shown = Machines.Shown(site, host, machine);
            return new VMCompatibilityReport
            {
                VM = shown,
                OperationType = OperationType.ImportVirtualMachine,
                Destination = host.Name,
                Path = path,
                Incompatibilities = [.. found.Select(one => new VMCompatibilityError { MessageId = one.Id, Message = one.Message, Source = one.Source })],
            };
        }

        /// <summary>Drives that were given other disks in a report.</summary>
        internal static void Adopt(MachineState machine, VirtualMachine? report)
        {
            foreach (var drive in report?.HardDrives ?? [])
                foreach (var own in machine.Drives.Where(own => !own.IsDvd && own.ControllerNumber == drive.ControllerNumber && own.ControllerLocation == drive.ControllerLocation))
                    own.Path = drive.Path;
        }

        internal static MachineState Read(Site site, HostState host, string path)
        {
            var real = HostPath.Real(site, host.Name, path);
            if (!File.Exists(real)) throw Fault.NoFile($"Failed to read the configuration '{path}'.");
            return JsonSerializer.Deserialize<MachineState>(File.ReadAllBytes(real)) ?? throw Fault.Damaged(path);
        }
    }

    public partial class ImportVM
    {
        private protected override void Act()
        {
            var path = CompatibilityReport?.Path ?? Path;
            if (ParameterSetName == "Copy") throw Fault.NotSimulated("Import-VM -Copy");
            WriteObject(On((site, host) =>
            {
                var machine = CompareVM.Read(site, host, path);
                CompareVM.Adopt(machine, CompatibilityReport?.VM);
                if (host.Machines.Exists(one => one.Id == machine.Id)) throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"The operation failed because a virtual machine with the identifier '{machine.Id}' already exists.", 0x80070050);
                var mended = (CompatibilityReport?.Incompatibilities ?? []).Select(one => one.Source).OfType<VMNetworkAdapter>().Concat(CompatibilityReport?.Mended ?? []);
                foreach (var adapter in mended)
                    foreach (var own in machine.Adapters.Where(one => adapter.Id.EndsWith(one.Id.ToString(), StringComparison.OrdinalIgnoreCase)))
                        own.SwitchName = adapter.SwitchName;
                if (Moves.Incompatibilities(host, machine) is [var first, ..]) throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"Unable to import virtual machine due to configuration errors. {first.Message}");
                foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null)) VirtualDisk.Chain(site, host.Name, drive.Path!);
                machine.Work = null;
                machine.Path = HostPath.FolderOf(HostPath.FolderOf(path));
                host.Machines.Add(machine);
                return Machines.Shown(site, host, machine);
            }));
        }
    }
}
