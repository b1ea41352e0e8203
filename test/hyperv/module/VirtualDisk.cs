using System.Text;
using System.Text.Json;

namespace Octopus.SimulatedHyperV;

enum VhdKind { Unknown = 0, Fixed = 2, Dynamic = 3, Differencing = 4 }

/// <summary>
/// A virtual hard disk as a file: the signature of VHDX, then what a VHDX's metadata say, as JSON, then nothing up to its
/// size. Like a real one it finds its parent by relative path, then by absolute path, and holds it to the identifier
/// that the parent had when the child was made: whatever writes to a parent gives it another one.
/// </summary>
sealed class VirtualDisk
{
    const string Signature = "vhdxfile";
    public const long Fresh = 4 << 20;

    public VhdKind Type { get; set; } = VhdKind.Dynamic;
    public ulong Size { get; set; }
    public uint BlockSize { get; set; } = 2 << 20;
    public uint LogicalSectorSize { get; set; } = 512;
    public uint PhysicalSectorSize { get; set; } = 4096;
    public string DiskIdentifier { get; set; } = Guid.NewGuid().ToString().ToUpperInvariant();
    public Guid DataWriteGuid { get; set; } = Guid.NewGuid();
    public string? ParentPath { get; set; }
    public string? ParentRelative { get; set; }
    public Guid? ParentLinkage { get; set; }

    public static bool IsThere(Site site, string host, string path) => File.Exists(HostPath.Real(site, host, path));

    public static VirtualDisk Read(Site site, string host, string path)
    {
        var real = HostPath.Real(site, host, path);
        if (!File.Exists(real)) throw Fault.NoFile($"Failed to open '{path}'.");
        try
        {
            using var file = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new BinaryReader(file, Encoding.UTF8);
            if (Encoding.ASCII.GetString(reader.ReadBytes(8)) != Signature) throw Fault.Damaged(path);
            return JsonSerializer.Deserialize<VirtualDisk>(reader.ReadBytes(reader.ReadInt32())) ?? throw Fault.Damaged(path);
        }
        catch (Exception error) when (error is JsonException or EndOfStreamException or ArgumentException)
        {
            throw Fault.Damaged(path);
        }
    }

    /// <summary>Writes the metadata; the file takes at least so many bytes.</summary>
    public void Write(string real, long fileSize)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        using var file = new FileStream(real, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        using var writer = new BinaryWriter(file);
        var text = JsonSerializer.SerializeToUtf8Bytes(this);
        writer.Write(Encoding.ASCII.GetBytes(Signature));
        writer.Write(text.Length);
        writer.Write(text);
        if (file.Length < fileSize) file.SetLength(fileSize);
    }

    /// <summary>Where the parent is now; null when it is nowhere.</summary>
    public string? FindParent(Site site, string host, string path)
    {
        if (ParentPath is null) return null;
        if (ParentRelative is not null)
        {
            var beside = HostPath.Plain(HostPath.Join(HostPath.FolderOf(path), ParentRelative));
            if (IsThere(site, host, beside)) return beside;
        }
        return IsThere(site, host, ParentPath) ? ParentPath : null;
    }

    /// <summary>Follows the chain to its base; throws as Hyper-V does where it is broken.</summary>
    public static List<string> Chain(Site site, string host, string path)
    {
        var chain = new List<string>();
        for (var at = path; ;)
        {
            chain.Add(at);
            var disk = Read(site, host, at);
            if (disk.Type != VhdKind.Differencing) return chain;
            var parent = disk.FindParent(site, host, at) ?? throw Fault.NoParent(at);
            if (Read(site, host, parent).DataWriteGuid != disk.ParentLinkage) throw Fault.ParentChanged(at);
            at = parent;
        }
    }

    public void SetParent(Site site, string host, string path, string parent)
    {
        ParentPath = HostPath.Shown(parent);
        ParentRelative = Path.GetRelativePath(
            Path.GetDirectoryName(HostPath.Real(site, host, path))!, HostPath.Real(site, host, parent));
        ParentLinkage = Read(site, host, parent).DataWriteGuid;
    }

    /// <summary>Bytes that the file of a running guest takes: sizes of `facts`, two of them measured.</summary>
    public static void Grow(Site site, string host, string path, long to)
    {
        var real = HostPath.Real(site, host, path);
        if (!File.Exists(real)) return;
        using var file = new FileStream(real, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < to) file.SetLength(to);
    }

    /// <summary>Whether a machine that is up, or work under way, has it open: itself or as a parent.</summary>
    public static bool IsOpen(Site site, HostState host, string path)
    {
        foreach (var machine in host.Machines.Where(machine => machine.IsUp || machine.Work is not null))
            foreach (var drive in machine.Drives.Where(drive => drive.Path is not null))
            {
                if (HostPath.Same(drive.Path, path)) return true;
                if (drive.IsDvd) continue;
                try { if (Chain(site, host.Name, drive.Path!).Exists(one => HostPath.Same(one, path))) return true; }
                catch (Fault) { }
            }
        return host.Work.Exists(work => HostPath.Same(work.Path, path));
    }
}
