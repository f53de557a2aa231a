using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A skip connection: adds a tensor of the same shape that was kept earlier under a name; see <see cref="Scope.Keep"/>.</summary>
public sealed class AddKept(string name) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "skip";

    /// <inheritdoc/>
    public override string Description => $"Add {name}";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope) => x.Add(scope.Kept(name));
}
