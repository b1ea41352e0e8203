using System.Management.Automation;
using Octopus.SimulatedHyperV;

namespace Microsoft.HyperV.PowerShell.Commands;

public partial class GetVMHost
{
    private protected override void Act() => WriteObject(On((_, host) => Shown(host)));

    internal static VMHost Shown(HostState host) => new()
    {
        Name = host.Name,
        ComputerName = host.Name,
        FullyQualifiedDomainName = $"{host.Name}.example.org",
        LogicalProcessorCount = host.Cores,
        MemoryCapacity = host.Memory,
        MaximumStorageMigrations = host.MaximumStorageMigrations,
        MaximumVirtualMachineMigrations = host.MaximumVirtualMachineMigrations,
        VirtualMachineMigrationEnabled = host.VirtualMachineMigrationEnabled,
        VirtualMachineMigrationAuthenticationType = host.VirtualMachineMigrationAuthenticationType,
        VirtualMachineMigrationPerformanceOption = host.VirtualMachineMigrationPerformanceOption,
        UseAnyNetworkForMigration = host.UseAnyNetworkForMigration,
        VirtualHardDiskPath = host.VirtualHardDiskPath,
        VirtualMachinePath = host.VirtualMachinePath,
        MacAddressMinimum = host.MacAddressMinimum,
        MacAddressMaximum = host.MacAddressMaximum,
        NumaSpanningEnabled = true,
        EnableEnhancedSessionMode = true,
        ResourceMeteringSaveInterval = TimeSpan.FromHours(1),
        SupportedVmVersions = ["8.0", "9.0", "10.0"],
        IovSupportReasons = [],
    };
}

public partial class SetVMHost
{
    private protected override void Act()
    {
        if (!ShouldProcess("host", "Set-VMHost")) return;
        On((_, host) =>
        {
            if (Has("MaximumStorageMigrations")) host.MaximumStorageMigrations = MaximumStorageMigrations;
            if (Has("MaximumVirtualMachineMigrations")) host.MaximumVirtualMachineMigrations = MaximumVirtualMachineMigrations;
            if (Has("VirtualMachineMigrationAuthenticationType")) host.VirtualMachineMigrationAuthenticationType = VirtualMachineMigrationAuthenticationType;
            if (Has("VirtualMachineMigrationPerformanceOption")) host.VirtualMachineMigrationPerformanceOption = VirtualMachineMigrationPerformanceOption;
            if (Has("UseAnyNetworkForMigration")) host.UseAnyNetworkForMigration = UseAnyNetworkForMigration;
            host.VirtualHardDiskPath = VirtualHardDiskPath ?? host.VirtualHardDiskPath;
            host.VirtualMachinePath = VirtualMachinePath ?? host.VirtualMachinePath;
            host.MacAddressMinimum = MacAddressMinimum ?? host.MacAddressMinimum;
            host.MacAddressMaximum = MacAddressMaximum ?? host.MacAddressMaximum;
            if (Passthru) WriteObject(GetVMHost.Shown(host));
        });
    }
}

public partial class EnableVMMigration
{
    private protected override void Act() => On((_, host) => { host.VirtualMachineMigrationEnabled = true; });
}

public partial class DisableVMMigration
{
    private protected override void Act() => On((_, host) => { host.VirtualMachineMigrationEnabled = false; });
}

public partial class GetVMHostSupportedVersion
{
    private protected override void Act() => WriteObject(On((_, host) => new[] { "8.0", "9.0", "10.0" }
        .Where(version => !Default || version == "10.0")
        .Select(version => new VMHostSupportedVersion { Name = "Microsoft Windows Server", Version = new Version(version), IsDefault = version == "10.0", ComputerName = host.Name })
        .ToList()), enumerateCollection: true);
}

public partial class GetVMMigrationNetwork
{
    private protected override void Act() => WriteObject(On((_, host) => new VMMigrationNetwork { Subnet = "10.0.0.0/8", Priority = 0, ComputerName = host.Name }));
}

/// <summary>Takes all machines and all work off all hosts; files and power are the test's own business.</summary>
[Cmdlet(VerbsCommon.Reset, "SimulatedSite")]
public class ResetSimulatedSite : SimulatedCmdlet
{
    private protected override void Act() => On((site, _) =>
    {
        foreach (var host in site.State.Hosts)
        {
            host.Machines.Clear();
            host.Planned.Clear();
            host.Work.Clear();
        }
        foreach (var cluster in site.State.Clusters)
        {
            cluster.Groups.Clear();
            cluster.Paused.Clear();
        }
    });
}

/// <summary>Switches the simulated host off; `Stop-Computer` and `Restart-Computer` of this module call it.</summary>
[Cmdlet(VerbsLifecycle.Stop, "SimulatedHost")]
public class StopSimulatedHost : SimulatedCmdlet
{
    private protected override void Act()
    {
        On((site, host) =>
        {
            foreach (var machine in host.Machines.Where(machine => machine.IsUp))
            {
                machine.Work = null;
                Progress.Down(machine, machine.AutomaticStopAction == StopAction.Save ? VMState.Saved : VMState.Off);
            }
            host.Work.Clear();
            Power.Off(site, host.Name);
        });
    }
}
