using Microsoft.FailoverClusters.PowerShell;
using Microsoft.HyperV.PowerShell;

namespace Octopus.SimulatedHyperV;

/// <summary>A failover cluster: nodes that share a volume, and machines that it keeps running on one of them.</summary>
sealed class ClusterState
{
    public required string Name { get; set; }
    public List<string> Nodes { get; set; } = [];
    /// <summary>Nodes that take nothing in.</summary>
    public List<string> Paused { get; set; } = [];
    public List<GroupState> Groups { get; set; } = [];
    public uint MaximumParallelMigrations { get; set; } = 2;
}

sealed class GroupState
{
    public Guid Id { get; set; } = Guid.NewGuid();
    public Guid Machine { get; set; }
    public required string Name { get; set; }
    public bool IsLocked { get; set; }
    /// <summary>The machine was changed past the cluster, which has not been told.</summary>
    public bool IsStale { get; set; }
}

static class Clusters
{
    // Codes of Windows (winerror.h).
    const int InvalidState = 5023, NodePaused = 5070, NoSuchGroup = 5013, NoService = 1753;

    public static ClusterState? Of(Site site, string host) =>
        site.State.Clusters.Find(cluster => cluster.Nodes.Contains(host, StringComparer.OrdinalIgnoreCase));

    public static ClusterState Get(Site site, HostState host) =>
        Of(site, host.Name) ?? throw Fault.Cluster(NoService, "The cluster service is not running. There are no more endpoints available from the endpoint mapper.");

    /// <summary>The folder behind `C:\ClusterStorage` of its nodes.</summary>
    public static string Shared(Site site, ClusterState cluster) => Path.Combine(site.Folder, "shared", cluster.Name);

    /// <summary>Null where it is not on a node: a copy on its way out has the same id.</summary>
    public static GroupState? GroupOf(Site site, MachineState machine) => site.State.Clusters
        .Where(cluster => cluster.Nodes.Exists(node => site.Host(node).Machines.Contains(machine)))
        .Select(cluster => cluster.Groups.Find(group => group.Machine == machine.Id)).FirstOrDefault();

    public static void MustNotHold(Site site, MachineState machine, string what)
    {
        if (GroupOf(site, machine) is not null)
            throw new Fault("OperationFailed", System.Management.Automation.ErrorCategory.NotSpecified, $"'{machine.Name}' cannot {what}: it is highly available, remove it from its cluster first.");
    }

    /// <summary>Groups that are meant by machine or by name; all of them when nothing is said.</summary>
    public static List<GroupState> Named(ClusterState cluster, Guid? machine, IEnumerable<string>? names)
    {
        if (machine is { } id) return [cluster.Groups.Find(group => group.Machine == id) ?? throw Fault.Cluster(NoSuchGroup, $"The cluster has no group of the virtual machine {id}.")];
        if (names is null) return cluster.Groups;
        return [.. names.Select(name => cluster.Groups.Find(group => string.Equals(group.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw Fault.Cluster(NoSuchGroup, $"The cluster has no group '{name}'."))];
    }

    public static (HostState Node, MachineState Machine) Owner(Site site, ClusterState cluster, GroupState group)
    {
        foreach (var node in cluster.Nodes.Select(site.Host))
            if (node.Machines.Find(machine => machine.Id == group.Machine) is { } machine) return (node, machine);
        throw Fault.Cluster(NoSuchGroup, $"No node has the virtual machine of '{group.Name}'.");
    }

    /// <summary>A node that can take something in.</summary>
    public static HostState Taking(Site site, ClusterState cluster, string name)
    {
        if (!cluster.Nodes.Contains(name, StringComparer.OrdinalIgnoreCase)) throw Fault.Cluster(5042, $"'{name}' is not a node of the cluster '{cluster.Name}'.");
        if (!Power.Answers(site, name)) throw Fault.Cluster(5050, $"The node '{name}' is not up.");
        if (cluster.Paused.Contains(name, StringComparer.OrdinalIgnoreCase)) throw Fault.Cluster(NodePaused, $"The node '{name}' is paused.");
        return site.Host(name);
    }

    public static void MustBeFree(GroupState group, MachineState machine)
    {
        if (group.IsLocked || machine.Work is not null)
            throw Fault.Cluster(InvalidState, $"The operation cannot be done on '{group.Name}': the group or resource is not in the correct state to perform the requested operation.");
    }

    /// <summary>From one node to another without its disks, which both reach.</summary>
    public static void Relocate(Site site, HostState from, HostState to, MachineState machine)
    {
        Machines.Forget(site, from, machine);
        to.Machines.Add(machine);
        Machines.WriteConfiguration(site, to, machine);
    }

    public static HostState? Other(Site site, ClusterState cluster, HostState node) => cluster.Nodes
        .Where(name => name != node.Name && Power.Answers(site, name) && !cluster.Paused.Contains(name)).Select(site.Host).FirstOrDefault();

    /// <summary>What was on a node that has lost its power goes on at another one: what ran is started there. True when something changed.</summary>
    public static bool FailOver(Site site, HostState node)
    {
        if (Power.IsOn(site, node.Name) || Of(site, node.Name) is not { } cluster || Other(site, cluster, node) is not { } other) return false;
        var lost = node.Machines.FindAll(machine => GroupOf(site, machine) is not null);
        foreach (var machine in lost)
        {
            var ran = machine.IsUp || machine.Work?.Kind == "start";
            machine.Work = null;
            Progress.Down(machine, machine.State == VMState.Saved ? VMState.Saved : VMState.Off);
            Relocate(site, node, other, machine);
            if (ran) machine.Work = new Work { Kind = "start", Seconds = 3 };
        }
        return lost.Count > 0;
    }

    public static ClusterNode Shown(Site site, ClusterState cluster, string node)
    {
        var isPaused = cluster.Paused.Contains(node, StringComparer.OrdinalIgnoreCase);
        var isEmpty = !cluster.Groups.Exists(group => Owner(site, cluster, group).Node.Name == node);
        return new()
        {
            Name = node,
            NodeName = node,
            State = !Power.Answers(site, node) ? ClusterNodeState.Down : isPaused ? ClusterNodeState.Paused : ClusterNodeState.Up,
            DrainStatus = !isPaused ? ClusterNodeDrainStatus.NotInitiated : isEmpty ? ClusterNodeDrainStatus.Completed : ClusterNodeDrainStatus.Failed,
        };
    }

    public static ClusterGroup Shown(Site site, ClusterState cluster, GroupState group)
    {
        var (node, machine) = Owner(site, cluster, group);
        return new()
        {
            Id = group.Id.ToString(),
            Name = group.Name,
            GroupType = Microsoft.FailoverClusters.PowerShell.GroupType.VirtualMachine,
            OwnerNode = Shown(site, cluster, node.Name),
            State = machine.Work is not null ? ClusterGroupState.Pending : machine.IsUp ? ClusterGroupState.Online : ClusterGroupState.Offline,
            StatusInformation = group.IsLocked ? ClusterApplicationStatusInformation.Locked : 0,
        };
    }
}
