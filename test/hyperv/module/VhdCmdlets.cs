using System.Management.Automation;
using Octopus.SimulatedHyperV;

namespace Octopus.SimulatedHyperV
{
    /// <summary>Disks on their way: made, resized or merged by the service, whoever asked for it.</summary>
    static class Disks
    {
        public static void Complete(Site site, HostState host, Work work)
        {
            var path = work.Path!;
            var real = HostPath.Real(site, host.Name, path);
            switch (work.Kind)
            {
                case "new-vhd":
                    var disk = new VirtualDisk { Type = work.Type, Size = work.Size, BlockSize = work.BlockSize };
                    if (work.Parent is not null) disk.SetParent(site, host.Name, path, work.Parent);
                    disk.Write(real, work.Type == VhdKind.Fixed ? (long)work.Size + VirtualDisk.Fresh : VirtualDisk.Fresh);
                    break;
                case "resize-vhd":
                    var changed = VirtualDisk.Read(site, host.Name, path);
                    changed.Size = work.Size;
                    changed.Write(real, VirtualDisk.Fresh);
                    break;
                case "merge-vhd":
                    Merge(site, host, path, work.Parent!);
                    break;
            }
        }

        /// <summary>What the child holds goes into the parent, which is another one afterwards; the child is gone.</summary>
        public static void Merge(Site site, HostState host, string child, string parent)
        {
            var realChild = HostPath.Real(site, host.Name, child);
            var length = File.Exists(realChild) ? new FileInfo(realChild).Length : 0;
            var into = VirtualDisk.Read(site, host.Name, parent);
            into.DataWriteGuid = Guid.NewGuid();
            into.Write(HostPath.Real(site, host.Name, parent), length);
            File.Delete(realChild);
        }

        public static Microsoft.Vhd.PowerShell.VirtualHardDisk Shown(Site site, HostState host, string path)
        {
            var disk = VirtualDisk.Read(site, host.Name, path);
            if (disk.Type == VhdKind.Differencing) VirtualDisk.Chain(site, host.Name, path);
            return new()
            {
                ComputerName = host.Name,
                Path = HostPath.Shown(path),
                VhdFormat = Microsoft.Vhd.PowerShell.VhdFormat.VHDX,
                VhdType = (Microsoft.Vhd.PowerShell.VhdType)(int)disk.Type,
                FileSize = (ulong)new FileInfo(HostPath.Real(site, host.Name, path)).Length,
                Size = disk.Size,
                LogicalSectorSize = disk.LogicalSectorSize,
                PhysicalSectorSize = disk.PhysicalSectorSize,
                BlockSize = disk.BlockSize,
                ParentPath = disk.Type == VhdKind.Differencing ? disk.FindParent(site, host.Name, path) ?? disk.ParentPath : "",
                DiskIdentifier = disk.DiskIdentifier,
                FragmentationPercentage = disk.Type == VhdKind.Differencing ? null : 0,
                Alignment = 1,
                Attached = VirtualDisk.IsOpen(site, host, path),
            };
        }

        /// <summary>Refuses what is in use, or is read-only on its volume.</summary>
        public static void MustBeFree(Site site, HostState host, string path, string what)
        {
            if (VirtualDisk.IsOpen(site, host, path)) throw Fault.Sharing($"{what} '{path}' failed.");
            if (new FileInfo(HostPath.Real(site, host.Name, path)) is { Exists: true, IsReadOnly: true }) throw Fault.AccessDenied($"{what} '{path}'");
        }
    }
}

namespace Microsoft.Vhd.PowerShell.Cmdlets
{
    public partial class GetVHD
    {
        private protected override void Act()
        {
            if (ParameterSetName == "Disk") throw Fault.NotSimulated("Get-VHD -DiskNumber");
            var paths = ParameterSetName == "VMId"
                ? On((_, host) => VMId.SelectMany(id => Machines.Get(host, id).Drives).Where(drive => !drive.IsDvd && drive.Path is not null).Select(drive => drive.Path!).ToArray())
                : Path;
            foreach (var path in paths)
            {
                try { WriteObject(On((site, host) => Disks.Shown(site, host, path))); }
                catch (Fault fault) { WriteError(fault.Record(path)); }
            }
        }
    }

    public partial class NewVhd
    {
        private protected override void Act()
        {
            foreach (var path in Path)
            {
                if (!ShouldProcess(path, "New-VHD")) continue;
                Until(On((site, host) => Begin(site, host, path)));
                WriteObject(On((site, host) => Disks.Shown(site, host, path)));
            }
        }

        Stretch Begin(Site site, HostState host, string path)
        {
            if (ParameterSetName is "FixedWithSource" or "DynamicWithSource") throw Fault.NotSimulated("New-VHD -SourceDisk");
            var failed = $"Failed to create the virtual hard disk. The system failed to create '{HostPath.Shortened(path)}'.";
            var real = HostPath.Real(site, host.Name, path);
            if (!path.EndsWith(".vhdx", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".vhd", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".avhdx", StringComparison.OrdinalIgnoreCase))
                throw Fault.InvalidParameter($"{failed} The file name ends in neither .vhd nor .vhdx.");
            if (File.Exists(real) || host.Work.Exists(work => HostPath.Same(work.Path, path))) throw Fault.Exists(failed);
            if (!Directory.Exists(System.IO.Path.GetDirectoryName(real))) throw new Fault("OperationFailed", ErrorCategory.NotSpecified, $"{failed} The system cannot find the path specified.", 0x80070003);
            if (host.Room is { } room && room < VirtualDisk.Fresh) throw Fault.NoRoom(failed);
            var work = new Work { Kind = "new-vhd", Path = HostPath.Shown(path), Seconds = 1 };
            if (ParentPath is not null)
            {
                if (!VirtualDisk.IsThere(site, host.Name, ParentPath)) throw Fault.InvalidParameter($"{failed} The parent '{ParentPath}' is not there.");
                if (host.Work.Exists(other => HostPath.Same(other.Parent, ParentPath))) throw Fault.Sharing(failed);
                VirtualDisk.Chain(site, host.Name, ParentPath);
                var parent = VirtualDisk.Read(site, host.Name, ParentPath);
                work.Parent = HostPath.Shown(ParentPath);
                (work.Type, work.Size, work.BlockSize) = (VhdKind.Differencing, Has("SizeBytes") ? SizeBytes : parent.Size, Has("BlockSizeBytes") ? BlockSizeBytes : 2 << 20);
            }
            else
            {
                if (Differencing) throw Fault.InvalidParameter($"{failed} A differencing disk has a parent.");
                (work.Type, work.Size, work.BlockSize) = (Fixed ? VhdKind.Fixed : VhdKind.Dynamic, SizeBytes, Has("BlockSizeBytes") ? BlockSizeBytes : 32 << 20);
                if (SizeBytes < 3 << 20 || SizeBytes % 4096 != 0) throw Fault.InvalidParameter($"{failed} One or more arguments are invalid.");
            }
            host.Work.Add(work);
            return work.Stretch;
        }
    }

    public partial class SetVhd
    {
        private protected override void Act() => On((site, host) =>
        {
            var disk = VirtualDisk.Read(site, host.Name, Path);
            Disks.MustBeFree(site, host, Path, "Changing");
            switch (ParameterSetName)
            {
                case "Parent":
                    if (disk.Type != VhdKind.Differencing) throw Fault.InvalidParameter($"'{Path}' is no differencing disk.");
                    var parent = VirtualDisk.Read(site, host.Name, ParentPath);
                    if (parent.DataWriteGuid != disk.ParentLinkage && !IgnoreIdMismatch) throw Fault.ParentChanged(Path);
                    disk.SetParent(site, host.Name, Path, ParentPath);
                    break;
                case "DiskIdentifier":
                    disk.DiskIdentifier = Guid.NewGuid().ToString().ToUpperInvariant();
                    break;
                default:
                    disk.PhysicalSectorSize = PhysicalSectorSizeBytes;
                    break;
            }
            disk.Write(HostPath.Real(site, host.Name, Path), VirtualDisk.Fresh);
            if (Passthru) WriteObject(Disks.Shown(site, host, Path));
        });
    }

    public partial class ResizeVhd
    {
        private protected override void Act()
        {
            foreach (var path in Path)
            {
                Until(On((site, host) => Begin(site, host, path)));
                if (Passthru) WriteObject(On((site, host) => Disks.Shown(site, host, path)));
            }
        }

        Stretch Begin(Site site, HostState host, string path)
        {
            if (ToMinimumSize) throw Fault.NotSimulated("Resize-VHD -ToMinimumSize");
            var disk = VirtualDisk.Read(site, host.Name, path);
            VirtualDisk.Chain(site, host.Name, path);
            if (SizeBytes < disk.Size) throw Fault.InvalidParameter($"Failed to resize '{path}': it holds data beyond {SizeBytes} bytes.");
            if (SizeBytes % 4096 != 0) throw Fault.InvalidParameter($"Failed to resize '{path}': one or more arguments are invalid.");
            var user = host.Machines.Find(machine => machine.Drives.Exists(drive => HostPath.Same(drive.Path, path)));
            // A disk behind checkpoints is the parent of the one in use.
            if (user?.Snapshots.Count > 0 || host.Machines.Exists(machine => machine.Snapshots.Exists(one => one.Drives.Exists(drive => HostPath.Same(drive.Path, path)))))
                throw Fault.InUse($"'{path}' has checkpoints");
            if (user is { IsUp: true, Generation: 1 } || host.Work.Exists(work => HostPath.Same(work.Path, path)) || user?.Work is not null) throw Fault.Sharing($"Failed to resize '{path}'.");
            if (user is null) Disks.MustBeFree(site, host, path, "Resizing");
            var work = new Work { Kind = "resize-vhd", Path = HostPath.Shown(path), Size = SizeBytes, Seconds = 1 };
            host.Work.Add(work);
            return work.Stretch;
        }
    }

    public partial class TestVhd
    {
        /// <summary>True, or the error of the first break in the chain.</summary>
        private protected override void Act()
        {
            foreach (var path in Path)
            {
                try
                {
                    On((site, host) => { VirtualDisk.Chain(site, host.Name, path); });
                    WriteObject(true);
                }
                catch (Fault fault)
                {
                    WriteError(fault.Record(path));
                    WriteObject(false);
                }
            }
        }
    }

    public partial class MergeVhd
    {
        private protected override void Act()
        {
            var target = "";
            Until(On((site, host) =>
            {
                var disk = VirtualDisk.Read(site, host.Name, Path);
                if (disk.Type != VhdKind.Differencing) throw Fault.InvalidParameter($"'{Path}' is no differencing disk.");
                var chain = VirtualDisk.Chain(site, host.Name, Path);
                target = DestinationPath ?? chain[1];
                if (!chain.Exists(one => HostPath.Same(one, target))) throw Fault.NotSimulated("Merge-VHD to a disk outside of the chain");
                Disks.MustBeFree(site, host, Path, "Merging");
                Disks.MustBeFree(site, host, target, "Merging into");
                var work = new Work { Kind = "merge-vhd", Path = HostPath.Shown(Path), Parent = target, Seconds = 2 };
                host.Work.Add(work);
                return work.Stretch;
            }));
            if (Passthru) WriteObject(On((site, host) => Disks.Shown(site, host, target)));
        }
    }
}
