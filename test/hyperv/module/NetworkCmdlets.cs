using Octopus.SimulatedHyperV;

namespace Microsoft.HyperV.PowerShell.Commands;

public partial class GetVMNetworkAdapter
{
    private protected override void Act()
    {
        if (ParameterSetName is "ManagementOS" or "VMSnapshot") return;
        var all = ParameterSetName == "All" ? On((_, host) => host.Machines.Select(machine => machine.Name).ToArray()) : VMName;
        Each(VM, all, "look", (name, id) => WriteObject(On((_, host) =>
        {
            var machine = Machines.Get(host, id);
            return machine.Adapters
                .Where(adapter => Name is null || adapter.Name == Name)
                .Select(adapter => Network.Shown(host, machine, adapter)).ToList();
        }, name), enumerateCollection: true));
    }
}

public partial class ConnectVMNetworkAdapter
{
    private protected override void Act()
    {
        var to = VMSwitch?.Name ?? SwitchName ?? throw Fault.NotSimulated("Connect-VMNetworkAdapter -UseAutomaticConnection");
        if (VMNetworkAdapter is not null)
            foreach (var adapter in VMNetworkAdapter) Connect(adapter, to);
        else Change(null, VMName, (_, host, machine) =>
        {
            foreach (var adapter in machine.Adapters.Where(adapter => Name is null || Name.Contains(adapter.Name)))
                adapter.SwitchName = Network.Switch(host, to).Name;
        });
    }

    // An adapter of a compatibility report belongs to a machine that is not registered yet: the report is what changes.
    void Connect(VMNetworkAdapter adapter, string to) => On((_, host) =>
    {
        var found = Network.Switch(host, to);
        if (host.Machines.Find(machine => machine.Id == adapter.VMId) is not { } machine)
        {
            adapter.SwitchName = found.Name;
            return;
        }
        foreach (var one in machine.Adapters.Where(one => adapter.Id.EndsWith(one.Id.ToString(), StringComparison.OrdinalIgnoreCase)))
            one.SwitchName = found.Name;
    }, adapter.ComputerName);
}

public partial class DisconnectVMNetworkAdapter
{
    private protected override void Act()
    {
        if (VMNetworkAdapter is not null)
            foreach (var adapter in VMNetworkAdapter)
                On((_, host) =>
                {
                    adapter.SwitchName = null;
                    var machine = host.Machines.Find(machine => machine.Id == adapter.VMId);
                    foreach (var one in (machine?.Adapters ?? []).Where(one => adapter.Id.EndsWith(one.Id.ToString(), StringComparison.OrdinalIgnoreCase)))
                        one.SwitchName = null;
                }, adapter.ComputerName);
        else Change(null, VMName, (_, _, machine) =>
        {
            foreach (var adapter in machine.Adapters.Where(adapter => Name is null || Name.Contains(adapter.Name))) adapter.SwitchName = null;
        });
    }
}

public partial class AddVMNetworkAdapter
{
    private protected override void Act() => Change(VM, VMName, (_, host, machine) =>
    {
        Machines.MustBeFree(machine, "add a network adapter");
        if (machine.IsUp && machine.Generation == 1) throw Fault.InvalidState(machine.Name, "add a network adapter");
        machine.Adapters.Add(new AdapterState
        {
            Name = Name ?? "Netzwerkkarte",
            SwitchName = SwitchName is null ? null : Network.Switch(host, SwitchName).Name,
            MacAddress = StaticMacAddress ?? "000000000000",
            DynamicMac = StaticMacAddress is null,
        });
    }, Passthru);
}

public partial class RemoveVMNetworkAdapter
{
    private protected override void Act()
    {
        if (VMNetworkAdapter is not null) throw Fault.NotSimulated("Remove-VMNetworkAdapter -VMNetworkAdapter");
        Change(VM, VMName, (_, _, machine) => machine.Adapters.RemoveAll(adapter => Name is null || adapter.Name == Name));
    }
}

public partial class SetVMNetworkAdapter
{
    private protected override void Act()
    {
        var adapter = VMNetworkAdapter as VMNetworkAdapter;
        var names = VMName is not null ? new[] { VMName } : adapter is null ? null : [adapter.VMName];
        Change(VM is null ? null : [VM], names, (_, _, machine) =>
        {
            foreach (var one in machine.Adapters.Where(one => Name is null || one.Name == Name))
            {
                if (StaticMacAddress is not null) (one.MacAddress, one.DynamicMac) = (StaticMacAddress.Replace("-", "").Replace(":", "").ToUpperInvariant(), false);
                if (DynamicMacAddress) (one.MacAddress, one.DynamicMac) = ("000000000000", true);
            }
        });
    }
}

public partial class SetVMNetworkAdapterVlan
{
    private protected override void Act() => Change(VM, VMName, (_, _, machine) =>
    {
        foreach (var adapter in machine.Adapters) adapter.Vlan = Untagged ? null : VlanId ?? adapter.Vlan;
    });
}

public partial class GetVMSwitch
{
    private protected override void Act()
    {
        var found = On((_, host) => host.Switches
            .Where(one => Id is null || Id.Contains(one.Id))
            .Where(one => Name is null || new System.Management.Automation.WildcardPattern(Name, System.Management.Automation.WildcardOptions.IgnoreCase).IsMatch(one.Name))
            .Where(one => SwitchType is null || SwitchType.Contains(one.Type))
            .Select(one => new VMSwitch { Name = one.Name, Id = one.Id, SwitchType = one.Type, ComputerName = host.Name, AllowManagementOS = true, Notes = "" })
            .ToList());
        if (found.Count == 0 && Name is not null && !System.Management.Automation.WildcardPattern.ContainsWildcardCharacters(Name))
            throw Fault.InvalidParameter($"Hyper-V was unable to find a virtual switch with name \"{Name}\".");
        WriteObject(found, enumerateCollection: true);
    }
}

public partial class GetVMIntegrationService
{
    private protected override void Act() => Each(VM, VMName, "look", (name, id) => WriteObject(On((_, host) =>
        Network.Services(host, Machines.Get(host, id)).Where(service => Name is null || Name.Contains(service.Name)).ToList(), name), enumerateCollection: true));
}

public partial class EnableVMIntegrationService
{
    private protected override void Act()
    {
        if (VMIntegrationService is not null)
            foreach (var service in VMIntegrationService)
                On((_, host) => { Machines.Get(host, service.VMId).DisabledServices.RemoveAll(one => service.Id.EndsWith(one.ToString(), StringComparison.OrdinalIgnoreCase)); }, service.ComputerName);
        else Change(VM, VMName, (_, host, machine) =>
        {
            foreach (var name in Name)
                if (!Network.Services(host, machine).Any(service => service.Name == name)) throw Fault.InvalidParameter($"'{machine.Name}' has no integration service '{name}'.");
        });
    }
}
