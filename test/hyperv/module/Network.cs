using System.Buffers.Binary;
using Microsoft.HyperV.PowerShell;

namespace Octopus.SimulatedHyperV;

/// <summary>Adapters, switches and integration services, as the real objects show them.</summary>
static class Network
{
    public static VMNetworkAdapter Shown(HostState host, MachineState machine, AdapterState adapter) => new()
    {
        Id = $@"Microsoft:{machine.Id.ToString().ToUpperInvariant()}\{adapter.Id.ToString().ToUpperInvariant()}",
        Name = adapter.Name,
        MacAddress = adapter.MacAddress,
        DynamicMacAddressEnabled = adapter.DynamicMac,
        SwitchName = adapter.SwitchName,
        SwitchId = host.Switches.Find(one => one.Name == adapter.SwitchName)?.Id,
        Connected = adapter.SwitchName is not null,
        IsSynthetic = true,
        IPAddresses = Addresses(machine, adapter),
        Status = [VMNetworkAdapterOperationalStatus.Ok],
        StatusDescription = ["OK"],
        ClusterMonitored = true,
        MacAddressSpoofing = OnOffState.Off,
        DhcpGuard = OnOffState.Off,
        RouterGuard = OnOffState.Off,
        IeeePriorityTag = OnOffState.Off,
        AllowTeaming = OnOffState.Off,
        PoolName = "",
        AclList = [],
        ExtendedAclList = [],
        RoutingDomainList = [],
        MandatoryFeatureId = [],
        MandatoryFeatureName = [],
        VMQWeight = 100,
        VMId = machine.Id,
        VMName = machine.Name,
        ComputerName = host.Name,
    };

    /// <summary>What the guest reports once it has booted; the order differs from start to start, as it does in reality.</summary>
    public static string[] Addresses(MachineState machine, AdapterState adapter)
    {
        if (machine.State != VMState.Running || !machine.HasBooted || adapter.SwitchName is null) return [];
        if (machine.DisabledServices.Contains(KeyValuePairs)) return [];
        Span<byte> bytes = stackalloc byte[16];
        machine.Id.TryWriteBytes(bytes);
        var number = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        string[] addresses = [$"10.7.{number >> 8}.{Math.Clamp(number & 255, 2, 254)}", $"fe80::215:5dff:fe{number >> 8:x2}:{number & 255:x2}"];
        if (machine.UpSince!.Value.Ticks / TimeSpan.TicksPerMillisecond % 2 == 1) Array.Reverse(addresses);
        return addresses;
    }

    /// <summary>A dynamic address is given at the first start, from the host's range.</summary>
    public static void GiveAddresses(Site site, HostState host, MachineState machine)
    {
        foreach (var adapter in machine.Adapters.Where(adapter => adapter.DynamicMac && adapter.MacAddress == "000000000000"))
            adapter.MacAddress = (Convert.ToInt64(host.MacAddressMinimum, 16) + site.State.NextMac++).ToString("X12");
    }

    public static readonly Guid KeyValuePairs = new("2A34B1C2-FD73-4043-8A5B-DD2159BC743F");

    // Names are localised on real hosts: these are German, so that a driver that goes by name is caught.
    static readonly (Guid Id, string Name)[] All =
    [
        (new("6C09BB55-D683-4DA0-8931-C9BF705F6480"), "Gastdienstschnittstelle"),
        (new("84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47"), "Takt"),
        (KeyValuePairs, "Austausch von Schlüsselwertepaaren"),
        (new("9F8233AC-BE49-4C79-8EE3-E7E1985B2077"), "Herunterfahren"),
        (new("2497F4DE-E9FA-4204-80E4-4B75C46419C0"), "Zeitsynchronisierung"),
        (new("5CED1297-4598-4915-A5FC-AD21BB4D02A4"), "VSS"),
    ];

    public static IEnumerable<VMIntegrationComponent> Services(HostState host, MachineState machine) => All.Select(service => new VMIntegrationComponent
    {
        Id = $@"Microsoft:{machine.Id.ToString().ToUpperInvariant()}\{service.Id.ToString().ToUpperInvariant()}",
        Name = service.Name,
        Enabled = !machine.DisabledServices.Contains(service.Id),
        PrimaryOperationalStatus = machine.HasBooted ? VMIntegrationComponentOperationalStatus.Ok : null,
        OperationalStatus = machine.HasBooted ? [VMIntegrationComponentOperationalStatus.Ok] : [],
        PrimaryStatusDescription = machine.HasBooted ? "OK" : null,
        StatusDescription = [],
        VMId = machine.Id,
        VMName = machine.Name,
        ComputerName = host.Name,
    });

    public static SwitchState Switch(HostState host, string name) =>
        host.Switches.Find(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Fault.InvalidParameter($"Hyper-V was unable to find a virtual switch with name \"{name}\".");
}
