using System.Management.Automation;
using Octopus.SimulatedHyperV;

namespace Microsoft.HyperV.PowerShell.Commands;

public partial class StartVM
{
    private protected override void Act() => Each(VM, Name, "Start-VM", (name, id) =>
    {
        var ends = On((site, host) => Begin(site, host, Machines.Get(host, id)), name);
        if (ends is { } instant) Until(instant);
        if (Passthru) WriteObject(On((site, host) => Machines.Shown(site, host, Machines.Get(host, id)), name));
    });

    Stretch? Begin(Site site, HostState host, MachineState machine)
    {
        if (machine.State == VMState.Running && machine.Work is null)
        {
            WriteWarning("The virtual machine is already in the specified state.");
            return null;
        }
        return PowerOf.Start(site, host, machine);
    }
}

public partial class StopVM
{
    /// <summary>A guest that is told to shut down and does not hear it keeps the cmdlet waiting; `-Force` waits five minutes.</summary>
    private protected override void Act() => Each(VM, Name, "Stop-VM", (name, id) =>
    {
        var ends = On((site, host) => Begin(site, host, Machines.Get(host, id)), name);
        if (ends is { } instant) Until(instant);
        if (Passthru) WriteObject(On((site, host) => Machines.Shown(site, host, Machines.Get(host, id)), name));
    });

    Stretch? Begin(Site site, HostState host, MachineState machine)
    {
        if (machine.State is VMState.Off or VMState.Saved && machine.Work is null)
        {
            WriteWarning("The virtual machine is already in the specified state.");
            return null;
        }
        if (machine.Work?.Kind is not (null or "start" or "stop")) throw Fault.InvalidState(machine.Name, "change state");
        if (TurnOff)
        {
            machine.Work = null;
            Progress.Down(machine, VMState.Off);
            return Stretch.Of(1);
        }
        if (machine.Work is not null) throw Fault.InvalidState(machine.Name, "change state");
        if (Save) return PowerOf.Save(site, machine);
        var isHeard = machine.HasBooted && !machine.Deaf;
        if (!isHeard && !Force) return Stretch.Of(double.PositiveInfinity);
        machine.State = VMState.Stopping;
        machine.Work = new Work { Kind = "stop", Seconds = isHeard ? 5 : 300 };
        return machine.Work.Stretch;
    }
}

public partial class RestartVM
{
    private protected override void Act() => Each(VM, Name, "Restart-VM", (name, id) =>
    {
        if (!Force && !ShouldContinue($"Are you sure you want to restart virtual machine \"{id}\"?", "Confirm")) return;
        var ends = On((site, host) =>
        {
            var machine = Machines.Get(host, id);
            Machines.MustBeFree(machine, "restart");
            if (machine.State != VMState.Running) throw Fault.InvalidState(machine.Name, "restart");
            Progress.Up(machine, DateTime.UtcNow);
            return Wait ? machine.Boot : Stretch.Of(1);
        }, name);
        Until(ends);
        if (Passthru) WriteObject(On((site, host) => Machines.Shown(site, host, Machines.Get(host, id)), name));
    });
}

public partial class SaveVM
{
    private protected override void Act() => Each(VM, Name, "Save-VM", (name, id) =>
    {
        var ends = On((site, host) =>
        {
            var machine = Machines.Get(host, id);
            Machines.MustBeFree(machine, "save");
            if (machine.State == VMState.Saved)
            {
                WriteWarning("The virtual machine is already in the specified state.");
                return Stretch.Of(0);
            }
            if (machine.State is not (VMState.Running or VMState.Paused)) throw Fault.InvalidState(machine.Name, "save");
            return PowerOf.Save(site, machine);
        }, name);
        Until(ends);
        if (Passthru) WriteObject(On((site, host) => Machines.Shown(site, host, Machines.Get(host, id)), name));
    });
}

public partial class SuspendVM
{
    private protected override void Act() => Change(VM, Name, (_, _, machine) =>
    {
        Machines.MustBeFree(machine, "pause");
        if (machine.State != VMState.Running) throw Fault.InvalidState(machine.Name, "pause");
        machine.State = VMState.Paused;
    }, Passthru);
}

public partial class ResumeVM
{
    private protected override void Act() => Change(VM, Name, (_, _, machine) =>
    {
        Machines.MustBeFree(machine, "resume");
        if (machine.State != VMState.Paused) throw Fault.InvalidState(machine.Name, "resume");
        machine.State = VMState.Running;
    }, Passthru);
}

public partial class RemoveVMSavedState
{
    private protected override void Act() => Change(VM, VMName, (_, _, machine) =>
    {
        Machines.MustBeFree(machine, "discard its saved state");
        if (machine.State == VMState.Saved) machine.State = VMState.Off;
    });
}

public partial class WaitVM
{
    private protected override void Act() => Each(VM, Name, "Wait-VM", (name, id) =>
    {
        var deadline = Has("Timeout") ? DateTime.UtcNow.AddSeconds(Timeout) : DateTime.MaxValue;
        while (!On((_, host) => Machines.Get(host, id).HasBooted, name))
        {
            if (DateTime.UtcNow > deadline) throw new Fault("OperationTimeout", ErrorCategory.OperationTimeout, "The wait timed out.");
            Nap(20);
        }
        if (Passthru) WriteObject(On((site, host) => Machines.Shown(site, host, Machines.Get(host, id)), name));
    });
}

static class PowerOf
{
    /// <summary>Begins to start or resume; refused without memory, processors, or a whole chain of disks.</summary>
    public static Stretch Start(Site site, HostState host, MachineState machine)
    {
        Machines.MustBeFree(machine, "start");
        if (machine.State is not (VMState.Off or VMState.Saved)) throw Fault.InvalidState(machine.Name, "start");
        if (machine.ProcessorCount > host.Cores)
            throw new Fault("OperationFailed", ErrorCategory.NotSpecified, $"'{machine.Name}' failed to start: it has more virtual processors than the computer has logical ones.");
        if (machine.MemoryStartup > Machines.MemoryFree(host)) throw Fault.OutOfMemory(machine.Name);
        foreach (var drive in machine.Drives.Where(drive => drive.Path is not null))
        {
            if (!drive.IsDvd) VirtualDisk.Chain(site, host.Name, drive.Path!);
            else if (!File.Exists(HostPath.Real(site, host.Name, drive.Path!))) throw Fault.NoFile($"'{machine.Name}' could not open '{drive.Path}'.");
        }
        foreach (var drive in machine.Drives.Where(drive => !drive.IsDvd && drive.Path is not null))
            if (VirtualDisk.IsOpen(site, host, drive.Path!)) throw Fault.Sharing($"'{machine.Name}' failed to start: '{drive.Path}' could not be opened.");
        Network.GiveAddresses(site, host, machine);
        machine.State = VMState.Starting;
        machine.Work = new Work { Kind = "start", Seconds = 3 };
        return machine.Work.Stretch;
    }

    public static Stretch Save(Site site, MachineState machine)
    {
        machine.State = VMState.Saving;
        machine.Work = new Work { Kind = "save", Seconds = 4 };
        return machine.Work.Stretch;
    }
}
