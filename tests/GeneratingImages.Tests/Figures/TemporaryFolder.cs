namespace GeneratingImages.Tests.Figures;

/// <summary>An empty folder that goes away with the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("genimg-figures-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
