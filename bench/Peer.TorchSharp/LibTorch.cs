using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace GeneratingImages.Peer;

/// <summary>Loads libtorch, also where the C++ library is one version older than TorchSharp's binding asks for.</summary>
static class LibTorch
{
    const string MissingVersion = "GLIBCXX_3.4.32";

    // ELF-64 (System V ABI, "Sections" and "Symbol Versioning"): offsets in the file header and in a section header, and a section's type.
    const int HeaderSections = 0x28, HeaderSectionSize = 0x3A, HeaderSectionCount = 0x3C;
    const int SectionType = 0x04, SectionOffset = 0x18, SectionLink = 0x28, SectionInfo = 0x2C;
    const uint VersionNeeds = 0x6ffffffe;
    const ushort WeakFlag = 2;

    /// <summary>libtorch's version.</summary>
    public static string Version => torch.__version__;

    /// <summary>The binding's version.</summary>
    public static string BindingVersion => typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Loads the libraries and sets the number of threads.</summary>
    public static void Start(int threads)
    {
        string binding = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (OperatingSystem.IsLinux() && File.Exists(binding) && !CppLibraryKnows(MissingVersion)) MarkWeak(binding);
        torch.set_num_threads(threads);
    }

    static bool CppLibraryKnows(string version)
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out nint _)) return true;
        string? path = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains("libstdc++.so", StringComparison.Ordinal));
        return path is null || File.ReadAllBytes(path[path.IndexOf('/', StringComparison.Ordinal)..]).AsSpan().IndexOf(Encoding.ASCII.GetBytes(version + "\0")) >= 0;
    }

    /// <summary>
    /// Marks the need for a symbol version as weak in the copy beside the program, so that the loader does not insist on it. The only
    /// symbol of that version, std::ios_base_library_init, is named by the header iostream to pull in the library's initialiser and is
    /// never called: no relocation refers to it.
    /// </summary>
    static void MarkWeak(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int Int(long at) => (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at));
        int Short(long at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan((int)at));
        long Long(long at) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan((int)at));
        long Section(int index) => Long(HeaderSections) + (long)index * Short(HeaderSectionSize);

        for (int i = 0; i < Short(HeaderSectionCount); i++)
        {
            if ((uint)Int(Section(i) + SectionType) != VersionNeeds) continue;
            long names = Long(Section(Int(Section(i) + SectionLink)) + SectionOffset);

            // Verneed: {version, count: 2 bytes each; file, first, next: 4 each}; Vernaux: {hash: 4; flags, index: 2 each; name, next: 4 each}.
            long need = Long(Section(i) + SectionOffset);
            for (int left = Int(Section(i) + SectionInfo); left > 0; left--, need += Int(need + 12))
            {
                long version = need + Int(need + 8);
                for (int more = Short(need + 2); more > 0; more--, version += Int(version + 12))
                    if (Text(names + Int(version + 8)) == MissingVersion)
                        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan((int)version + 4), WeakFlag);
            }
        }

        string changed = path + ".weak";
        File.WriteAllBytes(changed, file);
        File.Move(changed, path, overwrite: true);

        string Text(long at) => Encoding.ASCII.GetString(file.AsSpan((int)at, file.AsSpan((int)at).IndexOf((byte)0)));
    }
}
