namespace GeneratingImages.Core;

/// <summary>What the writing of a file asks of the system, so that a test can let the N-th call fail, for every N.</summary>
class FileCalls
{
    const int BufferBytes = 1 << 16;

    /// <summary>The system's own.</summary>
    public static FileCalls OfTheSystem { get; } = new();

    /// <summary>Opens a new file to write to.</summary>
    public virtual FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);

    /// <summary>Gives a file another name, replacing what has it.</summary>
    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);
}
