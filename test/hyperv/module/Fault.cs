using System.Management.Automation;
using Microsoft.HyperV.PowerShell;
using Microsoft.Virtualization.Client.Management;

namespace Octopus.SimulatedHyperV;

/// <summary>
/// An error as the real module reports it: its identifier, category and exception, with the HRESULT where captures show
/// one, in the exception inside and in the text. Sources: `test/hyperv/README.md`.
/// </summary>
sealed class Fault : Exception
{
    readonly string _id;
    readonly ErrorCategory _category;

    /// <summary>Before this, the error is met; nothing was done.</summary>
    public Fault(string id, ErrorCategory category, string message, uint hresult = 0) : base(message)
    {
        _id = id;
        _category = category;
        if (hresult != 0) HResult = unchecked((int)hresult);
    }

    /// <summary>An error of the failover cluster: a code of Windows, which these cmdlets keep in an exception inside.</summary>
    public static Fault Cluster(int code, string message) => new("ClusterError", ErrorCategory.NotSpecified, message) { Native = code };

    int? Native { get; init; }

    public ErrorRecord Record(object? target = null)
    {
        if (Native is { } code)
            return new ErrorRecord(new Microsoft.FailoverClusters.PowerShell.ClusterCmdletException(Message, new System.ComponentModel.Win32Exception(code, Message)), _id, _category, target);
        var text = HResult == new Exception().HResult ? Message : $"{Message} (0x{HResult:X8}).";
        var inner = new VirtualizationOperationFailedException(text, HResult);
        var outer = new VirtualizationException(text, inner) { ErrorIdentifier = _id, ErrorCategory = _category };
        return new ErrorRecord(outer, _id, _category, target);
    }

    const uint FileNotFound = 0x80070002, AccessIsDenied = 0x80070005, SharingViolated = 0x80070020, FileExists = 0x80070050,
        DiskFull = 0x80070070, InvalidName = 0x8007007B, NoSystemResources = 0x800705AA, NoCredentials = 0x8009030E,
        IdMismatch = 0xC03A000E, ParentNotFound = 0xC03A000D, Corrupt = 0x80070570, RpcUnavailable = 0x800706BA;

    public static Fault NoMachineNamed(string name) =>
        new("InvalidParameter", ErrorCategory.InvalidArgument, $"Hyper-V was unable to find a virtual machine with name \"{name}\".");

    public static Fault NoMachine(Guid id) =>
        new("ObjectNotFound", ErrorCategory.ObjectNotFound, $"Hyper-V was unable to find a virtual machine with id \"{id}\".");

    public static Fault NotFound(string what) => new("ObjectNotFound", ErrorCategory.ObjectNotFound, $"Hyper-V was unable to find {what}.");

    public static Fault InvalidParameter(string message) => new("InvalidParameter", ErrorCategory.InvalidArgument, message);

    public static Fault InvalidState(string name, string what) =>
        new("InvalidState", ErrorCategory.InvalidOperation, $"'{name}' failed to {what}. The operation cannot be performed while the object is in its current state.");

    public static Fault InUse(string what) =>
        new("ObjectInUse", ErrorCategory.ResourceBusy, $"The operation cannot be performed while the object is in use: {what}.");

    public static Fault OutOfMemory(string name) =>
        new("OutOfMemory", ErrorCategory.ResourceUnavailable, $"'{name}' failed to start. Could not initialize memory: Insufficient system resources exist to complete the requested service.", NoSystemResources);

    public static Fault AccessDenied(string what) =>
        new("AccessDenied", ErrorCategory.PermissionDenied, $"You do not have the required permission to complete this task: {what}. General access denied error", AccessIsDenied);

    public static Fault Sharing(string what) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"{what} The process cannot access the file because it is being used by another process.", SharingViolated);

    public static Fault Exists(string what) => new("OperationFailed", ErrorCategory.NotSpecified, $"{what} The file exists.", FileExists);

    public static Fault NoFile(string what) => new("OperationFailed", ErrorCategory.NotSpecified, $"{what} The system cannot find the file specified.", FileNotFound);

    public static Fault NoRoom(string what) => new("OperationFailed", ErrorCategory.NotSpecified, $"{what} There is not enough space on the disk.", DiskFull);

    public static Fault BadName(string what) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"{what} The filename, directory name, or volume label syntax is incorrect.", InvalidName);

    public static Fault NoParent(string path) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"The chain of virtual hard disks of '{path}' is broken: the system cannot locate the parent virtual hard disk.", ParentNotFound);

    public static Fault ParentChanged(string path) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"The chain of virtual hard disks of '{path}' is corrupted. There is a mismatch in the identifiers of the parent virtual hard disk and differencing disk.", IdMismatch);

    public static Fault Damaged(string path) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"Failed to open '{path}'. The file or directory is corrupted and unreadable.", Corrupt);

    public static Fault NoDelegation(string name) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"Virtual machine migration operation for '{name}' failed at migration source. The Virtual Machine Management Service failed to authenticate the connection for a Virtual Machine migration with the destination host: No credentials are available in the security package", NoCredentials);

    public static Fault Unreachable(string host) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"The Virtual Machine Management Service could not reach '{host}': The RPC server is unavailable.", RpcUnavailable);

    public static Fault MigrationLimit(string name) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"Virtual machine migration operation for '{name}' failed: the limit of simultaneous migrations was reached and the operation timed out while it waited.");

    /// <summary>Job return code 32784 stands in the text as it does in captures.</summary>
    public static Fault Incompatible(string name, string host) =>
        new("OperationFailed", ErrorCategory.NotSpecified, $"The virtual machine '{name}' cannot be moved to '{host}'. The hardware on the destination computer is not compatible with the hardware requirements of this virtual machine (32784).");

    public static Fault NotSimulated(string cmdlet) =>
        new("NotSimulated", ErrorCategory.NotImplemented, $"{cmdlet} has its parameters here but no behaviour: see test/hyperv/module/README.md");

    /// <summary>Errors that a test may ask for by name.</summary>
    public static Fault Named(string name, string cmdlet, string subject) => name switch
    {
        "sharing-violation" => Sharing($"{cmdlet} failed for '{subject}'."),
        "object-in-use" => InUse(subject),
        "out-of-memory" => OutOfMemory(subject),
        "disk-full" => NoRoom($"{cmdlet} failed for '{subject}'."),
        "invalid-state" => InvalidState(subject, "change state"),
        "access-denied" => AccessDenied(subject),
        "no-delegation" => NoDelegation(subject),
        "parent-missing" => NoParent(subject),
        "parent-changed" => ParentChanged(subject),
        "incompatible" => Incompatible(subject, "the destination"),
        "migration-limit" => MigrationLimit(subject),
        "unreachable" => Unreachable(subject),
        "timed-out" => new("OperationFailed", ErrorCategory.NotSpecified, $"'{subject}' failed: the operation timed out (32772)."),
        "group-locked" => Cluster(5023, "The group or resource is not in the correct state to perform the requested operation."),
        "file-exists" => Exists($"{cmdlet} failed for '{subject}'."),
        "unspecified" => new("Unspecified", ErrorCategory.NotSpecified, $"'{subject}' failed."),
        _ => throw new InvalidOperationException($"no error is called '{name}'"),
    };
}
