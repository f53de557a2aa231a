using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>What a parameter does in the model, which decides how frameworks store it.</summary>
enum WeightKind
{
    /// <summary>Filters of a convolution, [out,kh,kw,in] here.</summary>
    Filters,

    /// <summary>Filters of a transposed convolution, [in,kh,kw,out] here.</summary>
    TransposedFilters,

    /// <summary>The matrix of a dense layer, [out,in] here.</summary>
    Matrix,

    /// <summary>A bias, [out].</summary>
    Bias,
}

/// <summary>A parameter with its role.</summary>
/// <param name="Path">Its path, such as <c>encoder/dense/weight</c>.</param>
/// <param name="Shape">Its shape here.</param>
/// <param name="Kind">What it does.</param>
/// <param name="FlattenedFrom">[H,W,C] of the image that was flattened into a matrix' input; null if its input is a plain vector.</param>
/// <param name="ReshapedTo">[H,W,C] of the image that the output of a matrix, or of its bias, becomes; null if it stays a vector.</param>
sealed record WeightRole(string Path, Shape Shape, WeightKind Kind, Shape? FlattenedFrom = null, Shape? ReshapedTo = null)
{
    /// <summary>The roles of all parameters that a part of a model uses, in the order of use.</summary>
    /// <exception cref="UserException">A parameter is used in a way that has no role.</exception>
    public static IReadOnlyList<WeightRole> Of(ModelPart part)
    {
        ILookup<int, Node> readers = part.Nodes.SelectMany(node => node.Inputs.Select(input => (input.Id, node)))
            .ToLookup(p => p.Id, p => p.node);
        var roles = new List<WeightRole>();
        foreach (Node node in part.Nodes)
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (node.Inputs[i].Node.Op is not Variable { Kind: ElementType.Float32 } variable) continue;
                WeightRole role = Of(node, i, variable, readers);
                if (roles.Find(known => known.Path == role.Path) is not { } known) roles.Add(role);
                else if (known != role)
                    throw new UserException($"{role.Path}: is used as {known.Kind} and as {role.Kind}: no framework's layout fits both");
            }

        return roles;
    }

    static WeightRole Of(Node node, int input, Variable variable, ILookup<int, Node> readers) => (node.Op, input) switch
    {
        (Core.Conv2D, 1) => new(variable.Key, variable.Shape, WeightKind.Filters),
        (Conv2DInputGrad, 1) => new(variable.Key, variable.Shape, WeightKind.TransposedFilters),
        (MatMul { TransposeA: false, TransposeB: true }, 1) when variable.Shape.Rank == 2 =>
            new(variable.Key, variable.Shape, WeightKind.Matrix, ImageBefore(node.Inputs[0]), ImageAfter(node, readers)),
        (AddBias, 1) =>
            new(variable.Key, variable.Shape, WeightKind.Bias, null, node.Type.Shape.Rank == 2 ? ImageAfter(node, readers) : null),
        _ => throw new UserException(
            $"{variable.Key}: is used by {node.Op.Name} ({node.Path}), which the layouts of PyTorch and Keras are not written for here"),
    };

    static Shape? ImageBefore(Tensor vector)
    {
        while (vector.Node.Op is Activate) vector = vector.Node.Inputs[0];
        return vector.Node.Op is Core.Reshape && vector.Node.Inputs[0].Shape.Rank == 4 ? vector.Node.Inputs[0].Shape.WithoutFirst() : null;
    }

    static Shape? ImageAfter(Node node, ILookup<int, Node> readers)
    {
        while (readers[node.Id].ToArray() is [{ Op: AddBias or Activate } next]) node = next;
        return readers[node.Id].FirstOrDefault() is { Op: Core.Reshape reshape } && reshape.To.Rank == 4 ? reshape.To.WithoutFirst() : null;
    }
}
