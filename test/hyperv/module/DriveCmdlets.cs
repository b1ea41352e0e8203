using Octopus.SimulatedHyperV;

namespace Microsoft.HyperV.PowerShell.Commands;

public partial class GetVMHardDiskDrive
{
    private protected override void Act()
    {
        if (VMSnapshot is { } snapshot)
        {
            WriteObject(snapshot.HardDrives, enumerateCollection: true);
            return;
        }
        var names = VMName ?? VMDriveController?.Select(one => one.VMName!).ToArray();
        Each(VM, names, "look", (name, id) => WriteObject(On((_, host) =>
        {
            var machine = Machines.Get(host, id);
            return machine.Drives
                .Where(drive => !drive.IsDvd
                    && (ControllerLocation is null || drive.ControllerLocation == ControllerLocation)
                    && (ControllerNumber is null || drive.ControllerNumber == ControllerNumber)
                    && (ControllerType is null || drive.ControllerType == ControllerType))
                .Select(drive => Drives.Hard(host, machine, drive)).ToList();
        }, name), enumerateCollection: true));
    }
}

public partial class AddVMHardDiskDrive
{
    private protected override void Act() => Change(VM, VMName ?? (VMDriveController is null ? null : [VMDriveController.VMName!]), (site, host, machine) =>
    {
        Machines.MustBeFree(machine, "add a drive");
        if (machine.State == VMState.Saved || (machine.IsUp && machine.Generation == 1 && ControllerType != PowerShell.ControllerType.SCSI)) throw Fault.InvalidState(machine.Name, "add a drive");
        if (Path is not null && !VirtualDisk.IsThere(site, host.Name, Path)) throw Fault.InvalidParameter($"'{machine.Name}' failed to add 'Virtual Hard Disk': the file '{Path}' is not there.");
        Drives.Attach(machine, isDvd: false, Path is null ? null : Drives.Disk(site, host, Path), ControllerType, ControllerNumber, ControllerLocation);
    }, Passthru);
}

public partial class SetVMHardDiskDrive
{
    private protected override void Act()
    {
        if (VMHardDiskDrive is not null)
            foreach (var drive in VMHardDiskDrive) Set(drive);
        else foreach (var (host, id) in Targets(null, [VMName])) Set(host, id, Has("ControllerType") ? ControllerType : null, ControllerNumber, ControllerLocation);
    }

    // A drive of a compatibility report belongs to a machine that is not registered yet: the report is what changes.
    void Set(HardDiskDrive drive) => On((site, host) =>
    {
        if (host.Machines.Exists(machine => machine.Id == drive.VMId))
            Set(drive.ComputerName, drive.VMId, drive.ControllerType, drive.ControllerNumber, drive.ControllerLocation);
        else if (Path is not null) drive.Path = Drives.Disk(site, host, Path);
    }, drive.ComputerName);

    void Set(string name, Guid id, ControllerType? type, int? number, int? location) => On((site, host) =>
    {
        var machine = Machines.Get(host, id);
        Machines.MustBeFree(machine, "change a drive");
        if (machine.IsUp) throw Fault.InvalidState(machine.Name, "change a drive");
        var drive = Drives.Find(machine, isDvd: false, type, number, location);
        if (Path is not null) drive.Path = Drives.Disk(site, host, Path);
    }, name);
}

public partial class RemoveVMHardDiskDrive
{
    private protected override void Act()
    {
        if (VMHardDiskDrive is not null)
            foreach (var drive in VMHardDiskDrive) Remove(drive.ComputerName, drive.VMId, drive.ControllerType, drive.ControllerNumber, drive.ControllerLocation);
        else foreach (var (host, id) in Targets(null, [VMName])) Remove(host, id, ControllerType, ControllerNumber, ControllerLocation);
    }

    void Remove(string name, Guid id, ControllerType? type, int? number, int? location) => On((_, host) =>
    {
        var machine = Machines.Get(host, id);
        Machines.MustBeFree(machine, "remove a drive");
        machine.Drives.Remove(Drives.Find(machine, isDvd: false, type, number, location));
    }, name);
}

public partial class GetVMDvdDrive
{
    private protected override void Act() => Each(VM, VMName ?? VMDriveController?.Select(one => one.VMName!).ToArray(), "look", (name, id) => WriteObject(On((_, host) =>
    {
        var machine = Machines.Get(host, id);
        return machine.Drives
            .Where(drive => drive.IsDvd
                && (ControllerLocation is null || drive.ControllerLocation == ControllerLocation)
                && (ControllerNumber is null || drive.ControllerNumber == ControllerNumber))
            .Select(drive => Drives.Dvd(host, machine, drive)).ToList();
    }, name), enumerateCollection: true));
}

public partial class AddVMDvdDrive
{
    private protected override void Act() => Change(VM, VMName ?? VMDriveController?.Select(one => one.VMName!).ToArray(), (site, host, machine) =>
    {
        Machines.MustBeFree(machine, "add a drive");
        if (machine.IsUp && machine.Generation == 1) throw Fault.InvalidState(machine.Name, "add a drive");
        Drives.Attach(machine, isDvd: true, Drives.Medium(site, host, machine, Path), null, ControllerNumber, ControllerLocation);
    }, Passthru);
}

public partial class SetVMDvdDrive
{
    private protected override void Act()
    {
        if (VMDvdDrive is not null)
            foreach (var drive in VMDvdDrive) Set(drive.ComputerName, drive.VMId, drive.ControllerNumber, drive.ControllerLocation);
        else foreach (var (host, id) in Targets(null, [VMName])) Set(host, id, ControllerNumber, ControllerLocation);
    }

    void Set(string name, Guid id, int? number, int? location) => On((site, host) =>
    {
        var machine = Machines.Get(host, id);
        if (machine.Work?.Kind == "migrate") throw Fault.InvalidState(machine.Name, "change its medium");
        var drive = Drives.Find(machine, isDvd: true, null, number, location);
        if (Has("Path")) drive.Path = Drives.Medium(site, host, machine, Path);
    }, name);
}

public partial class RemoveVMDvdDrive
{
    private protected override void Act()
    {
        if (VMDvdDrive is not null)
            foreach (var drive in VMDvdDrive) Remove(drive.ComputerName, drive.VMId, drive.ControllerNumber, drive.ControllerLocation);
        else foreach (var (host, id) in Targets(null, [VMName])) Remove(host, id, ControllerNumber, ControllerLocation);
    }

    void Remove(string name, Guid id, int? number, int? location) => On((_, host) =>
    {
        var machine = Machines.Get(host, id);
        Machines.MustBeFree(machine, "remove a drive");
        machine.Drives.Remove(Drives.Find(machine, isDvd: true, null, number, location));
    }, name);
}

public partial class GetVMScsiController
{
    private protected override void Act() => Each(VM, VMName, "look", (name, id) => WriteObject(On((_, host) => new VMScsiController
    {
        ControllerType = ControllerType.SCSI,
        ControllerNumber = 0,
        Name = "SCSI-Controller",
        VMId = id,
        VMName = Machines.Get(host, id).Name,
    }, name)));
}
