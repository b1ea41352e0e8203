using Microsoft.HyperV.PowerShell;
using Octopus.SimulatedHyperV;

namespace Microsoft.FailoverClusters.PowerShell;

public partial class GetClusterCommand
{
    private protected override void Act()
    {
        if (ClusterSet is not null) throw Fault.NotSimulated("Get-Cluster -ClusterSet");
        WriteObject(On((site, host) =>
        {
            var cluster = Clusters.Get(site, host);
            if (Name is not null && !string.Equals(Name, cluster.Name, StringComparison.OrdinalIgnoreCase)) throw Fault.Cluster(1722, $"The cluster '{Name}' could not be reached.");
            return new Cluster
            {
                Name = cluster.Name,
                Domain = "example.org",
                MaximumParallelMigrations = cluster.MaximumParallelMigrations,
                SharedVolumesRoot = Clusters.Shared(site, cluster),
            };
        }));
    }
}

public partial class GetClusterNodeCommand
{
    private protected override void Act() => WriteObject(On((site, host) =>
    {
        var cluster = Clusters.Get(site, host);
        return cluster.Nodes.Where(node => Name is null || Name.Cast<string>().Contains(node, StringComparer.OrdinalIgnoreCase))
            .Select(node => Clusters.Shown(site, cluster, node)).ToList();
    }), enumerateCollection: true);
}

public partial class GetClusterGroupCommand
{
    private protected override void Act() => WriteObject(On((site, host) =>
    {
        var cluster = Clusters.Get(site, host);
        return Clusters.Named(cluster, Has("VMId") ? VMId : null, Name?.Cast<string>()).Select(group => Clusters.Shown(site, cluster, group)).ToList();
    }), enumerateCollection: true);
}

public partial class AddClusterVirtualMachineRoleCommand
{
    private protected override void Act() => WriteObject(On((site, host) =>
    {
        if (!Has("VMId")) throw Fault.NotSimulated("Add-ClusterVirtualMachineRole without -VMId");
        var cluster = Clusters.Get(site, host);
        var machine = Machines.Get(host, VMId);
        Machines.MustBeFree(machine, "be made highly available");
        var name = Name ?? machine.Name;
        if (Clusters.GroupOf(site, machine) is not null) throw Fault.Cluster(5010, $"'{machine.Name}' is highly available already.");
        if (cluster.Groups.Exists(group => string.Equals(group.Name, name, StringComparison.OrdinalIgnoreCase))) throw Fault.Cluster(5010, $"The cluster has a group '{name}' already.");
        var shared = Clusters.Shared(site, cluster) + "/";
        foreach (var path in machine.Drives.Where(drive => drive.Path is not null).Select(drive => drive.Path!).Append(machine.Path))
            if (!HostPath.Real(site, host.Name, path).StartsWith(shared)) throw Fault.Cluster(5894, $"'{path}' of '{machine.Name}' is not on storage of the cluster.");
        var added = new GroupState { Machine = machine.Id, Name = name };
        cluster.Groups.Add(added);
        return Clusters.Shown(site, cluster, added);
    }));
}

public partial class RemoveClusterGroupCommand
{
    private protected override void Act() => On((site, host) =>
    {
        var cluster = Clusters.Get(site, host);
        foreach (var group in Clusters.Named(cluster, Has("VMId") ? VMId : null, Name?.Cast<string>() ?? []).ToList())
        {
            if (!Force && !ShouldContinue($"Are you sure that you want to remove the group '{group.Name}'?", "Confirm")) continue;
            // What DeleteClusterGroup says of a group that still holds something: 145, the directory is not empty.
            if (!RemoveResources) throw Fault.Cluster(145, $"The group '{group.Name}' holds resources.");
            if (group.IsLocked) Clusters.MustBeFree(group, Clusters.Owner(site, cluster, group).Machine);
            cluster.Groups.Remove(group);
        }
    });
}

public partial class UpdateClusterVirtualMachineConfigurationCommand
{
    private protected override void Act() => On((site, host) =>
    {
        if (!Has("VMId")) throw Fault.NotSimulated("Update-ClusterVirtualMachineConfiguration without -VMId");
        foreach (var group in Clusters.Named(Clusters.Get(site, host), VMId, null)) group.IsStale = false;
    });
}

public partial class MoveClusterVirtualMachineRoleCommand
{
    /// <summary>Live moves of machines that run; and the end of one, with `-Cancel`.</summary>
    private protected override void Act()
    {
        if (!Has("VMId") || (!Cancel && MigrationType != NativeHelp.NativeGroupHelp.VmMigrationType.Live)) throw Fault.NotSimulated("Move-ClusterVirtualMachineRole but live, by -VMId");
        if (Cancel) On(CancelMove);
        else Live();
    }

    void CancelMove(Site site, HostState host)
    {
        var cluster = Clusters.Get(site, host);
        var (_, machine) = Clusters.Owner(site, cluster, Clusters.Named(cluster, VMId, null)[0]);
        if (machine.Work is { Kind: "migrate" } work) Moves.Cancel(site, machine, work);
    }

    void Live()
    {
        var ends = On((site, host) =>
        {
            var cluster = Clusters.Get(site, host);
            var group = Clusters.Named(cluster, VMId, null)[0];
            var (from, machine) = Clusters.Owner(site, cluster, group);
            var to = Clusters.Taking(site, cluster, Node ?? Clusters.Other(site, cluster, from)?.Name ?? "");
            if (from == to) return default;
            Clusters.MustBeFree(group, machine);
            if (!machine.IsUp) throw Fault.InvalidState(machine.Name, "migrate live");
            if (group.IsStale) throw Fault.Cluster(13, $"The cluster's configuration of '{group.Name}' is not that of the virtual machine.");
            if (cluster.Nodes.Sum(node => site.Host(node).Machines.Count(one => one.Work is { Kind: "migrate", ByCluster: true })) >= cluster.MaximumParallelMigrations) throw Fault.MigrationLimit(machine.Name);
            return Moves.Begin(site, from, to, machine, new Work { Kind = "migrate", To = to.Name, Disks = [], ByCluster = true });
        });
        Until(ends);
        WriteObject(On((site, host) =>
        {
            var cluster = Clusters.Get(site, host);
            var group = Clusters.Named(cluster, VMId, null)[0];
            if (Node is not null && Clusters.Owner(site, cluster, group).Node.Name != Node) throw Fault.Cluster(1223, $"The move of '{group.Name}' was not done.");
            return Clusters.Shown(site, cluster, group);
        }));
    }
}

public partial class MoveClusterGroupCommand
{
    private protected override void Act() => WriteObject(On((site, host) =>
    {
        var cluster = Clusters.Get(site, host);
        var group = Clusters.Named(cluster, null, [Name])[0];
        var (from, machine) = Clusters.Owner(site, cluster, group);
        var to = Clusters.Taking(site, cluster, Node);
        Clusters.MustBeFree(group, machine);
        if (machine.IsUp) throw Fault.NotSimulated("Move-ClusterGroup of a machine that runs");
        if (from != to) Clusters.Relocate(site, from, to, machine);
        return Clusters.Shown(site, cluster, group);
    }));
}

public partial class SuspendClusterNodeCommand
{
    /// <summary>The node takes nothing in; with `-Drain`, what it has goes to others, live where it runs.</summary>
    private protected override void Act()
    {
        var ends = On((site, host) =>
        {
            var cluster = Clusters.Get(site, host);
            var node = site.Host(Name?[0] ?? host.Name);
            if (!cluster.Paused.Contains(node.Name)) cluster.Paused.Add(node.Name);
            var last = default(Stretch);
            foreach (var machine in Drain ? node.Machines.FindAll(machine => Clusters.GroupOf(site, machine) is not null) : [])
            {
                if (Clusters.Other(site, cluster, node) is not { } other) break;
                if (!machine.IsUp) Clusters.Relocate(site, node, other, machine);
                else last = Moves.Begin(site, node, other, machine, new Work { Kind = "migrate", To = other.Name, Disks = [], ByCluster = true });
            }
            return last;
        });
        if (Wait) Until(ends);
        WriteObject(On((site, host) => Clusters.Shown(site, Clusters.Get(site, host), Name?[0] ?? host.Name)));
    }
}

public partial class ResumeClusterNodeCommand
{
    private protected override void Act() => WriteObject(On((site, host) =>
    {
        if (Failback != ResumeClusterNodeFailbackType.NoFailback) throw Fault.NotSimulated("Resume-ClusterNode but with -Failback NoFailback");
        var cluster = Clusters.Get(site, host);
        var node = Name?[0] ?? host.Name;
        cluster.Paused.Remove(node);
        return Clusters.Shown(site, cluster, node);
    }));
}
