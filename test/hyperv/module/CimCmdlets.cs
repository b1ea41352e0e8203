using System.Management.Automation;
using System.Text.RegularExpressions;
using Microsoft.HyperV.PowerShell;
using Octopus.SimulatedHyperV;

namespace Octopus.SimulatedHyperV
{
    /// <summary>
    /// The few CIM classes that tell what no Hyper-V cmdlet does. Instances are plain objects with the type name that real
    /// ones have: the class itself needs a library that Linux lacks. A property may be null where the real one may be.
    /// </summary>
    static partial class Cim
    {
        public static List<PSObject> Instances(Site site, HostState host, string space, string name, string? filter)
        {
            var all = Rows(site, host, space.Replace('/', '\\').ToLowerInvariant(), name).ToList();
            return all.FindAll(one => Matches(one, filter));
        }

        static IEnumerable<PSObject> Rows(Site site, HostState host, string space, string name) => (space, name.ToLowerInvariant()) switch
        {
            (@"root\cimv2", "win32_perfformatteddata_hvstats_hypervhypervisorlogicalprocessor") => [Row(space, name,
                ("Name", "_Total"), ("PercentTotalRunTime", (ulong)Load(host)), ("PercentIdleTime", (ulong)(100 - Load(host))), ("PercentGuestRunTime", (ulong)Load(host)))],
            (@"root\cimv2", "win32_operatingsystem") => [Row(space, name,
                ("CSName", host.Name), ("Caption", "Microsoft Windows Server 2022 Datacenter"), ("Version", "10.0.20348"), ("BuildNumber", "20348"),
                ("TotalVisibleMemorySize", (ulong)host.Memory / 1024), ("FreePhysicalMemory", (ulong)Math.Max(0, Machines.MemoryFree(host)) / 1024),
                ("LastBootUpTime", DateTime.Now.AddDays(-3)), ("LocalDateTime", DateTime.Now), ("ProductType", 3u))],
            (@"root\cimv2", "win32_computersystem") => [Row(space, name,
                ("Name", host.Name), ("TotalPhysicalMemory", (ulong)host.Memory), ("NumberOfLogicalProcessors", (uint)host.Cores), ("PartOfDomain", true), ("Domain", "example.org"))],
            (@"root\cimv2", "win32_service") => [Row(space, name, ("Name", "vmms"), ("State", "Running"), ("StartMode", "Auto"))],
            (@"root\cimv2", "win32_logicaldisk") => [Row(space, name,
                ("DeviceID", "C:"), ("FreeSpace", (ulong)(host.Room ?? 500L << 30)), ("Size", 1000UL << 30), ("DriveType", 3u)), Row(space, name,
                ("DeviceID", "D:"), ("FreeSpace", (ulong)(host.Room ?? 2000L << 30)), ("Size", 4000UL << 30), ("DriveType", 3u))],
            (@"root\virtualization\v2", "msvm_computersystem") => host.Machines.Select(machine => System(space, name, machine)),
            (@"root\cimv2", "win32_volume") => new[] { "C:", "D:" }.Select(drive => Row(space, name,
                ("Name", HostPath.Real(site, host.Name, $@"{drive}\") + Path.DirectorySeparatorChar), ("DriveLetter", drive), ("FreeSpace", (ulong)(host.Room ?? 2000L << 30)), ("Capacity", 4000UL << 30))),
            (@"root\virtualization\v2", "msvm_plannedcomputersystem") => host.Planned.Select(planned => Row(space, name,
                ("Name", planned.Id.ToString().ToUpperInvariant()), ("ElementName", planned.Name), ("EnabledState", (ushort)3))),
            (@"root\virtualization\v2", "msvm_virtualsystemsettingdata") => host.Machines.Select(machine => Setting(machine.Id, machine.Name, machine.Notes, "Realized"))
                .Concat(host.Planned.Select(planned => Setting(planned.Id, planned.Name, planned.Notes, "Planned"))),
            (@"root\virtualization\v2", "msvm_shutdowncomponent") => host.Machines.Where(machine => machine.IsUp).Select(machine => Row(space, name,
                ("SystemName", machine.Id.ToString().ToUpperInvariant()), ("EnabledState", (ushort)2))),
            (@"root\virtualization\v2", "msvm_migrationjob") => host.Machines.Where(machine => machine.Work?.Kind == "migrate").Select(machine => Row(space, name,
                ("VirtualSystemName", machine.Id.ToString().ToUpperInvariant()), ("JobState", (ushort)4), ("PercentComplete", Percent(machine.Work!)), ("InstanceID", machine.Id.ToString()))),
            (@"root\virtualization\v2", "msvm_virtualsystemmanagementservice") => [Row(space, name, ("Name", "vmms"), ("ElementName", "Hyper-V Virtual System Management"))],
            (@"root\virtualization\v2", "msvm_kvpexchangecomponent") => host.Machines.Select(machine => Row(space, name,
                ("SystemName", machine.Id.ToString().ToUpperInvariant()), ("GuestIntrinsicExchangeItems", Pairs(machine)), ("GuestExchangeItems", machine.HasReadSeed ? new[] { Pair("OctopusSeed", "read") } : []), ("EnabledState", (ushort)2))),
            (@"root\standardcimv2", "msft_netneighbor") => host.Machines.SelectMany(machine => machine.Adapters.SelectMany(adapter => Heard(machine, adapter).Select(address => Row(space, name,
                ("IPAddress", address), ("LinkLayerAddress", Regex.Replace(adapter.MacAddress, "(..)(?!$)", "$1-")), ("State", (byte)4), ("AddressFamily", (ushort)(address.Contains(':') ? 23 : 2)))))),
            _ => throw new Fault("HRESULT 0x80041010", ErrorCategory.MetadataError, $"Invalid class \"{name}\" in {space}", 0x80041010),
        };

        static ushort Percent(Work work) => (ushort)Math.Clamp((DateTime.UtcNow - work.Began) / (work.Ends - work.Began) * 100, 0, 99);

        /// <summary>The method of an instance; what is answered is its return value, as the real methods number them.</summary>
        public static uint Invoke(Site site, HostState host, PSObject instance, string method, System.Collections.IDictionary arguments)
        {
            const uint done = 0, begun = 4096, failed = 32768, invalidState = 32775;
            var kind = instance.TypeNames[0].Split('/')[^1].ToLowerInvariant();
            var machine = host.Machines.Find(one => string.Equals(one.Id.ToString(), (instance.Properties["SystemName"] ?? instance.Properties["VirtualSystemName"])?.Value?.ToString(), StringComparison.OrdinalIgnoreCase));
            switch (kind, method)
            {
                case ("msvm_shutdowncomponent", "InitiateShutdown"):
                    if (machine is not { HasBooted: true, Deaf: false, Work: null, State: VMState.Running }) return failed;
                    machine.State = VMState.Stopping;
                    machine.Work = new Work { Kind = "stop", Seconds = 5 };
                    return done;
                case ("msvm_migrationjob", "RequestStateChange"):
                    if (machine?.Work is not { Kind: "migrate" } work) return invalidState;
                    Moves.Cancel(site, machine, work);
                    return begun;
                case ("msvm_virtualsystemmanagementservice", "DestroySystem"):
                    if (arguments["AffectedSystem"] is not PSObject system) return failed;
                    return host.Planned.RemoveAll(planned => string.Equals(planned.Id.ToString(), system.Properties["Name"]?.Value?.ToString(), StringComparison.OrdinalIgnoreCase)) > 0 ? begun : failed;
                default:
                    throw Fault.NotSimulated($"{method} of {kind}");
            }
        }

        static PSObject Setting(Guid id, string name, string notes, string kind) => Row(@"root\virtualization\v2", "Msvm_VirtualSystemSettingData",
            ("VirtualSystemIdentifier", id.ToString().ToUpperInvariant()), ("ElementName", name), ("Notes", new[] { notes }), ("VirtualSystemType", $"Microsoft:Hyper-V:System:{kind}"));

        static PSObject System(string space, string name, MachineState machine) => Row(space, name,
            ("Name", machine.Id.ToString().ToUpperInvariant()), ("ElementName", machine.Name), ("EnabledState", (ushort)(machine.IsUp ? 2 : 3)));

        // Neighbours are known by what they sent, whether or not the guest reports its addresses.
        static string[] Heard(MachineState machine, AdapterState adapter)
        {
            var without = machine.DisabledServices.ToList();
            machine.DisabledServices.Clear();
            var addresses = Network.Addresses(machine, adapter);
            machine.DisabledServices.AddRange(without);
            return addresses;
        }

        static int Load(HostState host) => Math.Clamp((int)host.Machines.Sum(machine => machine.State == VMState.Running ? machine.ProcessorCount * (machine.HasBooted ? 2 : 50) / Math.Max(1, host.Cores) : 0), 1, 100);

        static string[] Pairs(MachineState machine) => machine.Adapters
            .Select(adapter => Network.Addresses(machine, adapter).Where(address => !address.Contains(':')))
            .SelectMany(addresses => addresses)
            .Select(address => Pair("NetworkAddressIPv4", address))
            .Concat(machine.HasBooted ? [Pair("FullyQualifiedDomainName", machine.Name)] : [])
            .ToArray();

        static string Escaped(string text) => global::System.Security.SecurityElement.Escape(text)!;

        static string Pair(string name, string data) =>
            "<INSTANCE CLASSNAME=\"Msvm_KvpExchangeDataItem\">"
            + $"<PROPERTY NAME=\"Data\" TYPE=\"string\"><VALUE>{Escaped(data)}</VALUE></PROPERTY>"
            + $"<PROPERTY NAME=\"Name\" TYPE=\"string\"><VALUE>{name}</VALUE></PROPERTY></INSTANCE>";

        static PSObject Row(string space, string name, params (string Name, object? Value)[] properties)
        {
            var row = new PSObject();
            row.TypeNames.Insert(0, $"Microsoft.Management.Infrastructure.CimInstance#{space.Replace('\\', '/')}/{name}");
            foreach (var (key, value) in properties) row.Properties.Add(new PSNoteProperty(key, value));
            return row;
        }

        static bool Matches(PSObject row, string? filter)
        {
            if (string.IsNullOrWhiteSpace(filter)) return true;
            return And().Split(filter).All(condition =>
            {
                var match = Condition().Match(condition);
                if (!match.Success) throw new Fault("HRESULT 0x80041017", ErrorCategory.InvalidArgument, "Invalid query", 0x80041017);
                var value = row.Properties[match.Groups[1].Value]?.Value?.ToString();
                var wanted = match.Groups[2].Value.Trim('\'', '"').Replace(@"\\", @"\").Replace(@"\'", "'");
                return string.Equals(value, wanted, StringComparison.OrdinalIgnoreCase);
            });
        }

        [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
        private static partial Regex And();

        [GeneratedRegex(@"^\s*(\w+)\s*=\s*('[^']*'|""[^""]*""|\w+)\s*$")]
        private static partial Regex Condition();

        [GeneratedRegex(@"^\s*select\s+.+?\s+from\s+(\w+)(?:\s+where\s+(.*))?$", RegexOptions.IgnoreCase)]
        public static partial Regex Query();
    }
}

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    public partial class GetCimInstanceCommand
    {
        private protected override void Act()
        {
            var (name, filter) = (ClassName, Filter);
            if (Query is not null)
            {
                var match = Cim.Query().Match(Query);
                if (!match.Success) throw new Fault("HRESULT 0x80041017", ErrorCategory.InvalidArgument, "Invalid query", 0x80041017);
                (name, filter) = (match.Groups[1].Value, match.Groups[2].Value);
            }
            if (name is null) throw Fault.NotSimulated($"Get-CimInstance with {ParameterSetName}");
            WriteObject(On((site, host) => Cim.Instances(site, host, Namespace ?? @"root\cimv2", name, filter)), enumerateCollection: true);
        }
    }
    public partial class InvokeCimMethodCommand
    {
        private protected override void Act()
        {
            if (InputObject is null) throw Fault.NotSimulated($"Invoke-CimMethod with {ParameterSetName}");
            var value = On((site, host) => Cim.Invoke(site, host, InputObject, MethodName, Arguments ?? new System.Collections.Hashtable()));
            var answer = new PSObject();
            answer.Properties.Add(new PSNoteProperty("ReturnValue", value));
            WriteObject(answer);
        }
    }
}
