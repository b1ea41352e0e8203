using Microsoft.HyperV.PowerShell;

namespace Octopus.SimulatedHyperV;

/// <summary>What takes effect by time: work that has ended, guests that have booted, hosts that lost their power.</summary>
static class Progress
{
    const long AfterFirstBoot = 45L << 20;

    /// <summary>True when something changed.</summary>
    public static bool Apply(Site site)
    {
        var now = DateTime.UtcNow;
        var changed = false;
        foreach (var host in site.State.Hosts)
        {
            changed |= Clusters.FailOver(site, host);
            changed |= LosePower(site, host);
            foreach (var work in host.Work.Where(work => work.Ends <= now).ToList())
            {
                host.Work.Remove(work);
                Disks.Complete(site, host, work);
                changed = true;
            }
            foreach (var machine in host.Machines.ToList())
            {
                if (machine.Work is { } work && work.Ends <= now)
                {
                    machine.Work = null;
                    Complete(site, host, machine, work);
                    changed = true;
                }
                if (machine.IsUp && !machine.HasBooted && machine.Boot.Ends <= now)
                {
                    machine.HasBooted = true;
                    machine.HasReadSeed |= AsksForWord(site, host, machine);
                    if (machine.Drives.Find(drive => !drive.IsDvd && drive.Path is not null) is { Path: { } path })
                        VirtualDisk.Grow(site, host.Name, path, AfterFirstBoot);
                    changed = true;
                }
            }
        }
        return changed;
    }

    /// <summary>A seed for Windows has the script that tells the host.</summary>
    static bool AsksForWord(Site site, HostState host, MachineState machine) => machine.Drives
        .Where(drive => drive.IsDvd && drive.Path is not null).Select(drive => HostPath.Real(site, host.Name, drive.Path!))
        .Any(path => File.Exists(path) && File.ReadAllText(path, System.Text.Encoding.Latin1).Contains("OctopusSeed"));

    static void Complete(Site site, HostState host, MachineState machine, Work work)
    {
        switch (work.Kind)
        {
            case "start":
                Up(machine, work.Ends);
                break;
            case "resume":
                machine.State = VMState.Running;
                break;
            case "stop":
                Down(machine, VMState.Off);
                break;
            case "save":
                Down(machine, VMState.Saved);
                break;
            case "remove":
                Machines.Forget(site, host, machine);
                break;
            case "merge":
                Checkpoints.Merge(site, host, machine, work);
                break;
            case "migrate":
                Moves.Complete(site, host, machine, work);
                break;
            case "move-storage":
                Moves.CompleteStorage(site, host, machine, work);
                break;
        }
    }

    public static void Up(MachineState machine, DateTime at)
    {
        machine.State = VMState.Running;
        machine.UpSince = at;
        machine.HasBooted = false;
    }

    public static void Down(MachineState machine, VMState state)
    {
        machine.State = state;
        machine.UpSince = null;
        machine.HasBooted = false;
    }

    /// <summary>A machine that was up when its host was switched off is off when the host comes back.</summary>
    static bool LosePower(Site site, HostState host)
    {
        var isOn = Power.IsOn(site, host.Name);
        var booted = Power.BootedAt(site, host.Name);
        var changed = false;
        foreach (var machine in host.Machines.Where(Lost))
        {
            machine.Work = null;
            Down(machine, machine.State == VMState.Saved ? VMState.Saved : VMState.Off);
            changed = true;
        }
        changed |= host.Work.RemoveAll(work => !isOn || work.Began < booted) > 0;
        return changed;

        bool Lost(MachineState machine) => isOn
            ? machine.UpSince < booted || machine.Work?.Began < booted
            : machine.State is not (VMState.Off or VMState.Saved) || machine.Work is not null;
    }
}
