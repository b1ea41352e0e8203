// Classes that parameters name and no cmdlet's answer describes; everything else is generated from the data files.
namespace Microsoft.HyperV.PowerShell
{
    /// <summary>What virtual machines and their checkpoints have in common.</summary>
    public abstract class VirtualMachineBase { }

    /// <summary>A part of a virtual machine.</summary>
    public abstract class VMComponentObject { }

    /// <summary>A drive of a virtual machine, whatever is in it.</summary>
    public abstract class Drive : VMComponentObject { }

    /// <summary>A network adapter of a virtual machine or of the host.</summary>
    public abstract class VMNetworkAdapterBase : VMComponentObject { }

    /// <summary>What drives are attached to.</summary>
    public class VMDriveController : VMComponentObject
    {
        public ControllerType ControllerType { get; set; }
        public int ControllerNumber { get; set; }
        public string? Name { get; set; }
        public System.Guid VMId { get; set; }
        public string? VMName { get; set; }
    }

    /// <summary>The only controller of generation 2.</summary>
    public class VMScsiController : VMDriveController { }

    public partial class VMCompatibilityReport
    {
        /// <summary>Adapters that were connected since the machine was first compared; the import connects them so.</summary>
        internal System.Collections.Generic.List<VMNetworkAdapter> Mended { get; set; } = new();
    }

    /// <summary>Generation 1 alone has one.</summary>
    public class VMBios : VMComponentObject { }

    /// <summary>What every error of the module is; the cause is inside.</summary>
    public class VirtualizationException : System.Exception
    {
        public VirtualizationException(string message, System.Exception? inner) : base(message, inner) { }
        public string? ErrorIdentifier { get; set; }
        public System.Management.Automation.ErrorCategory ErrorCategory { get; set; }
    }
}

namespace Microsoft.Virtualization.Client.Management
{
    /// <summary>What the management service answered; its HResult is the cause's.</summary>
    public class VirtualizationOperationFailedException : System.Exception
    {
        public VirtualizationOperationFailedException(string message, int hresult) : base(message) { HResult = hresult; }
    }
}

namespace Microsoft.FailoverClusters.NativeHelp
{
    public static class NativeGroupHelp
    {
        public enum VmMigrationType { TurnOff = 0, Quick = 1, Shutdown = 2, ShutdownForce = 3, Live = 4 }
    }
}

namespace Microsoft.FailoverClusters.PowerShell
{
    /// <summary>What every error of the module is; Windows' own code is inside.</summary>
    public class ClusterCmdletException : System.Exception
    {
        public ClusterCmdletException(string message, System.Exception inner) : base(message, inner) { }
    }
}
