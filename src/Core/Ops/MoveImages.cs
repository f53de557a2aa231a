namespace GeneratingImages.Core;

/// <summary>
/// Mirrors and shifts images [N,H,W,C]: image b by move number cursor + b of moves [M], an Int32 of <see cref="Of"/>. Where a shifted
/// image leaves a gap its nearest row or column is repeated. Augmentation of training images, so without gradient.
/// </summary>
public sealed record MoveImages : Op
{
    /// <summary>The largest shift each way.</summary>
    public const int MostShift = 127;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape x, Shape moves, Shape cursor) = (inputs[0], inputs[1], inputs[2]);
        if (x.Rank != 4) throw new ShapeException($"image {x} must have four axes");
        if (moves.Rank != 1 || cursor != Shape.Scalar)
            throw new ShapeException($"moves {moves} must have one axis, and the cursor {cursor} none");
        return x[0] <= moves[0] ? x : throw new ShapeException($"a batch of {x[0]} out of {moves[0]} moves");
    }

    /// <summary>
    /// A move as one number: first mirrored from left to right or not, then shifted so that pixel (row, column) is what (row + down,
    /// column + right) was.
    /// </summary>
    public static int Of(bool mirrored, int down, int right) => (mirrored ? 1 : 0) | ((down + 128) << 8) | ((right + 128) << 16);

    /// <summary>The parts of a move; see <see cref="Of"/>.</summary>
    public static (bool Mirrored, int Down, int Right) Parts(int move) =>
        ((move & 1) != 0, ((move >> 8) & 255) - 128, ((move >> 16) & 255) - 128);
}

/// <summary>Augmentation as a method of <see cref="Tensor"/>.</summary>
public static class MoveImagesExtensions
{
    /// <summary>See <see cref="Core.MoveImages"/>.</summary>
    public static Tensor MoveImages(this Tensor images, Tensor moves, Tensor cursor) =>
        images.Graph.Add(new MoveImages(), images, moves, cursor);
}
