using GeneratingImages.Core;

namespace GeneratingImages.Tests.Files;

/// <summary>
/// The system's calls, the N-th of which fails as on a full disk: creating, every write, the flush to the disk, the rename.
/// </summary>
sealed class FailingCalls(int failing) : FileCalls
{
    const int NoSpaceLeft = 28;

    readonly int _failing = failing;
    int _count;

    /// <summary>Whether the call that fails has been made.</summary>
    public bool HasFailed => _count >= _failing;

    public override FileStream Create(string path)
    {
        Count();
        return new FailingFile(path, this);
    }

    public override void Rename(string from, string to)
    {
        Count();
        base.Rename(from, to);
    }

    void Count()
    {
        if (++_count == _failing) throw new IOException("No space left on device", NoSpaceLeft);
    }

    // Half of what a failing write was given reaches the file, as a full disk has it.
    sealed class FailingFile(string path, FailingCalls calls) : FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (calls._count + 1 == calls._failing) base.Write(buffer[..(buffer.Length / 2)]);
            calls.Count();
            base.Write(buffer);
        }

        public override void Flush(bool flushToDisk)
        {
            if (flushToDisk) calls.Count();
            base.Flush(flushToDisk);
        }
    }
}
