using Octopus.SimulatedHyperV;

namespace Octopus.SimulatedHyperV
{
    static class Memory
    {
        /// <summary>Multiples of 2 MB, at least 32 MB.</summary>
        public static long Checked(MachineState machine, long bytes)
        {
            if (bytes < 32L << 20 || bytes % (2L << 20) != 0)
                throw Fault.InvalidParameter($"Invalid memory size for '{machine.Name}': {bytes} bytes. Memory is given in whole multiples of 2 MB, 32 MB at least.");
            return bytes;
        }

        /// <summary>Values are held to each other as they come: a value outside the old range is refused unless the range comes with it.</summary>
        public static void Set(MachineState machine, bool? dynamic, long? startup, long? minimum, long? maximum)
        {
            var isDynamic = dynamic ?? machine.DynamicMemory;
            var start = Checked(machine, startup ?? machine.MemoryStartup);
            var least = Checked(machine, minimum ?? (isDynamic ? machine.MemoryMinimum : Math.Min(machine.MemoryMinimum, start)));
            var most = Checked(machine, maximum ?? (isDynamic ? machine.MemoryMaximum : Math.Max(machine.MemoryMaximum, start)));
            if (isDynamic && (least > start || start > most))
                throw Fault.InvalidParameter($"Memory of '{machine.Name}': minimum {least}, startup {start} and maximum {most} must rise in this order.");
            (machine.DynamicMemory, machine.MemoryStartup, machine.MemoryMinimum, machine.MemoryMaximum) = (isDynamic, start, least, most);
        }
    }

    static class Processor
    {
        public static long Checked(HostState host, MachineState machine, long count) => count is >= 1 and <= 240
            ? count
            : throw Fault.InvalidParameter($"'{machine.Name}' cannot have {count} virtual processors.");
    }
}

namespace Microsoft.HyperV.PowerShell.Commands
{
    public partial class GetVMProcessor
    {
        private protected override void Act() => Each(VM, VMName, "look", (name, id) => WriteObject(On((_, host) => Shown(host, Machines.Get(host, id)), name)));

        internal static VMProcessor Shown(HostState host, MachineState machine) => new()
        {
            Count = machine.ProcessorCount,
            CompatibilityForMigrationEnabled = machine.CompatibilityForMigrationEnabled,
            ExposeVirtualizationExtensions = machine.ExposeVirtualizationExtensions,
            Maximum = machine.ProcessorMaximum,
            Reserve = machine.ProcessorReserve,
            RelativeWeight = machine.ProcessorWeight,
            Name = "Prozessor",
            Id = $@"Microsoft:{machine.Id.ToString().ToUpperInvariant()}\b637f346-6a0e-4dec-af52-bd70cb80a21d\0",
            VMId = machine.Id,
            VMName = machine.Name,
            ComputerName = host.Name,
        };
    }

    public partial class SetVMProcessor
    {
        private protected override void Act() => Change(VM, VMName ?? VMProcessor?.Select(one => one.VMName).ToArray(), (site, host, machine) =>
        {
            if (Has("Count") || Has("CompatibilityForMigrationEnabled") || Has("ExposeVirtualizationExtensions") || Has("HwThreadCountPerCore"))
                Machines.MustBeOff(machine, "modify its processors");
            if (Count is { } count) machine.ProcessorCount = Processor.Checked(host, machine, count);
            machine.CompatibilityForMigrationEnabled = CompatibilityForMigrationEnabled ?? machine.CompatibilityForMigrationEnabled;
            machine.ExposeVirtualizationExtensions = ExposeVirtualizationExtensions ?? machine.ExposeVirtualizationExtensions;
            machine.ProcessorMaximum = Maximum ?? machine.ProcessorMaximum;
            machine.ProcessorReserve = Reserve ?? machine.ProcessorReserve;
            machine.ProcessorWeight = RelativeWeight ?? machine.ProcessorWeight;
        });
    }

    public partial class GetVMMemory
    {
        private protected override void Act() => Each(VM, VMName, "look", (name, id) => WriteObject(On((_, host) =>
        {
            var machine = Machines.Get(host, id);
            return new VMMemory
            {
                DynamicMemoryEnabled = machine.DynamicMemory,
                Startup = machine.MemoryStartup,
                Minimum = machine.MemoryMinimum,
                Maximum = machine.MemoryMaximum,
                Buffer = machine.MemoryBuffer,
                Priority = machine.MemoryPriority,
                Name = "Arbeitsspeicher",
                VMId = machine.Id,
                VMName = machine.Name,
                ComputerName = host.Name,
            };
        }, name)));
    }

    public partial class SetVMMemory
    {
        private protected override void Act() => Change(VM, VMName ?? VMMemory?.Select(one => one.VMName).ToArray(), (site, host, machine) =>
        {
            Machines.MustBeFree(machine, "modify its memory");
            bool? dynamic = Has("DynamicMemoryEnabled") ? DynamicMemoryEnabled : null;
            var isUp = machine.State is not (VMState.Off or VMState.Saved);
            if (isUp && dynamic is { } wanted && wanted != machine.DynamicMemory) throw Fault.InvalidState(machine.Name, "modify its memory");
            // While it is up: limits of dynamic memory, apart only, or the size of static memory, if the guest takes part.
            if (isUp && machine.DynamicMemory && (MaximumBytes < machine.MemoryMaximum || MinimumBytes > machine.MemoryMinimum)) throw Fault.InvalidState(machine.Name, "modify its memory");
            if (isUp && !machine.DynamicMemory && StartupBytes is { } asked && (!machine.HasBooted || asked < machine.MemoryStartup / 2)) throw Fault.InvalidState(machine.Name, "modify its memory");
            if (isUp && machine.DynamicMemory && StartupBytes is not null) throw Fault.InvalidState(machine.Name, "modify its memory");
            if (isUp && !machine.DynamicMemory && StartupBytes is { } size && size - machine.MemoryStartup > Machines.MemoryFree(host)) throw Fault.OutOfMemory(machine.Name);
            Memory.Set(machine, dynamic, StartupBytes, MinimumBytes, MaximumBytes);
            machine.MemoryBuffer = Buffer ?? machine.MemoryBuffer;
            machine.MemoryPriority = Priority ?? machine.MemoryPriority;
        });
    }

    public partial class GetVMFirmware
    {
        private protected override void Act() => Each(VM, VMName, "look", (name, id) => WriteObject(On((site, host) => Shown(host, Machines.Get(host, id)), name)));

        internal static VMFirmware Shown(HostState host, MachineState machine)
        {
            if (machine.Generation != 2) throw Fault.InvalidParameter($"'{machine.Name}' is of generation 1, which has no such firmware.");
            return new VMFirmware
            {
                SecureBoot = machine.SecureBoot,
                SecureBootTemplate = machine.SecureBootTemplate,
                SecureBootTemplateId = SetVMFirmware.Templates[machine.SecureBootTemplate],
                BootOrder = [.. machine.Drives.Select(drive => new VMBootSource
                {
                    BootType = "Drive",
                    Device = drive.IsDvd ? Drives.Dvd(host, machine, drive) : Drives.Hard(host, machine, drive),
                    VMId = machine.Id,
                    VMName = machine.Name,
                    ComputerName = host.Name,
                })],
                ConsoleMode = ConsoleModeType.Default,
                PauseAfterBootFailure = OnOffState.Off,
                VMId = machine.Id,
                VMName = machine.Name,
                ComputerName = host.Name,
            };
        }
    }

    public partial class SetVMFirmware
    {
        internal static readonly Dictionary<string, Guid> Templates = new()
        {
            ["MicrosoftWindows"] = new("1734c6e8-3154-4dda-ba5f-a874cc483422"),
            ["MicrosoftUEFICertificateAuthority"] = new("272e7447-90a4-4563-a4b9-8e4ab00526ce"),
            ["OpenSourceShieldedVM"] = new("4292ae2b-ee2c-42b5-a969-dd8f8689f6f3"),
        };

        private protected override void Act() => Change(VM, VMName ?? VMFirmware?.Select(one => one.VMName).ToArray(), (site, host, machine) =>
        {
            if (machine.Generation != 2) throw Fault.InvalidParameter($"'{machine.Name}' is of generation 1, which has no such firmware.");
            Machines.MustBeOff(machine, "modify its firmware");
            if (SecureBootTemplate is not null && !Templates.ContainsKey(SecureBootTemplate))
                throw Fault.InvalidParameter($"There is no secure boot template '{SecureBootTemplate}'.");
            if (SecureBootTemplate is not null && SecureBootTemplate != machine.SecureBootTemplate && machine.Tpm)
                throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"'{machine.Name}': the secure boot template cannot be changed after the virtual TPM was initialised.");
            machine.SecureBoot = EnableSecureBoot ?? machine.SecureBoot;
            machine.SecureBootTemplate = SecureBootTemplate ?? machine.SecureBootTemplate;
        });
    }

    public partial class SetVMKeyProtector
    {
        private protected override void Act() => Change(VM, VMName, (_, _, machine) =>
        {
            Machines.MustBeOff(machine, "set its key protector");
            machine.KeyProtector = true;
        });
    }

    public partial class EnableVMTPM
    {
        private protected override void Act() => Change(VM, VMName, (_, _, machine) =>
        {
            Machines.MustBeOff(machine, "enable its TPM");
            if (!machine.KeyProtector) throw Fault.InvalidState(machine.Name, "enable its TPM without a key protector");
            machine.Tpm = true;
        });
    }

    public partial class GetVMSecurity
    {
        private protected override void Act() => Each(VM, VMName, "look", (name, id) => WriteObject(On((_, host) =>
            new VMSecurity { TpmEnabled = Machines.Get(host, id).Tpm, ComputerName = host.Name }, name)));
    }
}
