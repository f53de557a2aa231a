using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The frameworks whose names and orders of axes weights can be given, or taken, in.</summary>
public enum WeightLayout
{
    /// <summary>PyTorch: images [N,C,H,W], names <c>encoder.conv1.weight</c>.</summary>
    PyTorch,

    /// <summary>Keras: images [N,H,W,C], names <c>encoder/conv1/kernel</c>.</summary>
    Keras,
}

/// <summary>
/// How a framework stores one of our parameters: our values seen as <paramref name="View"/>, their axes moved, under a name. Neither
/// framework turns filters over: like ours, their transposed convolution is the gradient of their convolution.
/// </summary>
/// <param name="Path">The parameter here.</param>
/// <param name="Name">The tensor there.</param>
/// <param name="View">Our sizes, an axis that counts the elements of an image divided into height, width and channels.</param>
/// <param name="Axes">Axis i there is axis <c>Axes[i]</c> of the view.</param>
/// <param name="Shape">The shape there.</param>
sealed record FrameworkTensor(string Path, string Name, int[] View, int[] Axes, Shape Shape)
{
    /// <summary>How the parameters of a model are stored.</summary>
    public static IReadOnlyList<FrameworkTensor> Of(IReadOnlyList<WeightRole> roles, WeightLayout layout) =>
        [.. roles.Select(role => layout == WeightLayout.PyTorch ? InPyTorch(role) : InKeras(role))];

    /// <summary>The framework's values from ours.</summary>
    public float[] To(float[] values) => Permutation.Apply(values, View, Axes);

    /// <summary>Our values from the framework's.</summary>
    public float[] From(float[] values) => Permutation.Undo(values, View, Axes);

    // Conv2d.weight is [out,in,kh,kw], ConvTranspose2d.weight [in,out,kh,kw], Linear.weight [out,in] (docs.pytorch.org, torch.nn). Flatten
    // and Unflatten run through [C,H,W], ours through [H,W,C], so the rows and columns of dense weights change places.
    static FrameworkTensor InPyTorch(WeightRole role)
    {
        string name = role.Path.Replace('/', '.');
        if (role.Kind is WeightKind.Filters or WeightKind.TransposedFilters)
        {
            int[] axes = [0, 3, 1, 2];
            return new(role.Path, name, role.Shape.ToArray(), axes, Shape.Of(Permutation.Sizes(role.Shape.ToArray(), axes)));
        }

        List<int> view = [], moved = [];
        Shape?[] images = role.Kind == WeightKind.Matrix ? [role.ReshapedTo, role.FlattenedFrom] : [role.ReshapedTo];
        for (int axis = 0; axis < images.Length; axis++)
        {
            int at = view.Count;
            moved.AddRange(images[axis] is null ? [at] : [at + 2, at, at + 1]);
            view.AddRange(images[axis]?.ToArray() ?? [role.Shape[axis]]);
        }

        return new(role.Path, name, [.. view], [.. moved], role.Shape);
    }

    // Conv2D.kernel is [kh,kw,in,out], Conv2DTranspose.kernel [kh,kw,out,in], Dense.kernel [in,out] (keras.io, API).
    static FrameworkTensor InKeras(WeightRole role)
    {
        int[] axes = role.Kind switch
        {
            WeightKind.Filters or WeightKind.TransposedFilters => [1, 2, 3, 0],
            WeightKind.Matrix => [1, 0],
            _ => [0],
        };
        int last = role.Path.LastIndexOf('/') + 1;
        string name = role.Path[last..] == "weight" ? role.Path[..last] + "kernel" : role.Path;
        return new(role.Path, name, role.Shape.ToArray(), axes, Shape.Of(Permutation.Sizes(role.Shape.ToArray(), axes)));
    }
}
