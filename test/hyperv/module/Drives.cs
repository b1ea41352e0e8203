using Microsoft.HyperV.PowerShell;

namespace Octopus.SimulatedHyperV;

/// <summary>Drives of machines, as the real objects show them.</summary>
static class Drives
{
    public static HardDiskDrive Hard(HostState host, MachineState machine, DriveState drive, SnapshotState? snapshot = null) => new()
    {
        Id = IdOf(machine, drive),
        Name = $"Hard Drive on {drive.ControllerType} controller number {drive.ControllerNumber} at location {drive.ControllerLocation}",
        Path = drive.Path,
        ControllerType = drive.ControllerType,
        ControllerNumber = drive.ControllerNumber,
        ControllerLocation = drive.ControllerLocation,
        PoolName = "Primordial",
        MaximumIOPS = 0,
        MinimumIOPS = 0,
        SupportPersistentReservations = false,
        VMId = machine.Id,
        VMName = machine.Name,
        VMSnapshotId = snapshot?.Id ?? Guid.Empty,
        VMSnapshotName = snapshot?.Name,
        ComputerName = host.Name,
    };

    public static DvdDrive Dvd(HostState host, MachineState machine, DriveState drive) => new()
    {
        Id = IdOf(machine, drive),
        Name = $"DVD Drive on {drive.ControllerType} controller number {drive.ControllerNumber} at location {drive.ControllerLocation}",
        Path = drive.Path,
        DvdMediaType = drive.Path is null ? DvdMediaType.None : DvdMediaType.ISO,
        ControllerType = drive.ControllerType,
        ControllerNumber = drive.ControllerNumber,
        ControllerLocation = drive.ControllerLocation,
        VMId = machine.Id,
        VMName = machine.Name,
        ComputerName = host.Name,
    };

    static string IdOf(MachineState machine, DriveState drive) =>
        $@"Microsoft:{machine.Id.ToString().ToUpperInvariant()}\{drive.Id.ToString().ToUpperInvariant()}\{drive.ControllerNumber}\{drive.ControllerLocation}\D";

    /// <summary>Attaches at the place asked for, or at the first free one.</summary>
    public static DriveState Attach(MachineState machine, bool isDvd, string? path, ControllerType? type, int? number, int? location)
    {
        var at = type ?? (machine.Generation == 2 ? ControllerType.SCSI : ControllerType.IDE);
        if (machine.Generation == 2 && at == ControllerType.IDE)
            throw Fault.InvalidParameter($"'{machine.Name}' is of generation 2, which has no IDE controller.");
        var controller = number ?? 0;
        var perController = at == ControllerType.IDE ? 2 : 64;
        var place = location ?? Enumerable.Range(0, perController).FirstOrDefault(free => !Taken(free), -1);
        if (place < 0 || place >= perController || Taken(place))
            throw Fault.InvalidParameter($"There is already a drive at location {place} of controller {controller} of '{machine.Name}', or there is no such location.");
        var drive = new DriveState { IsDvd = isDvd, Path = path, ControllerType = at, ControllerNumber = controller, ControllerLocation = place };
        machine.Drives.Add(drive);
        return drive;

        bool Taken(int one) => machine.Drives.Exists(drive => drive.ControllerType == at && drive.ControllerNumber == controller && drive.ControllerLocation == one);
    }

    public static DriveState Find(MachineState machine, bool isDvd, ControllerType? type, int? number, int? location) =>
        machine.Drives.Find(drive => drive.IsDvd == isDvd
            && (type is null || drive.ControllerType == type)
            && (number is null || drive.ControllerNumber == number)
            && (location is null || drive.ControllerLocation == location))
        ?? throw Fault.NotFound($"a drive of '{machine.Name}' at the given location");

    /// <summary>A disk that a machine is to use: it must be one, with its whole chain.</summary>
    public static string Disk(Site site, HostState host, string path)
    {
        VirtualDisk.Chain(site, host.Name, path);
        return HostPath.Shown(path);
    }

    public static string? Medium(Site site, HostState host, MachineState machine, string? path)
    {
        if (string.IsNullOrEmpty(path)) return null;
        if (path.StartsWith(@"\\")) throw Fault.AccessDenied($"'{machine.Name}': the account has no permission to open the attachment '{path}'");
        if (!File.Exists(HostPath.Real(site, host.Name, path))) throw Fault.NoFile($"'{machine.Name}' failed to add the medium '{path}'.");
        return HostPath.Shown(path);
    }
}
