using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Where a batch's occlusion masks are on the device; see <see cref="HidePixels"/>.</summary>
/// <param name="Masks">Bytes [M,H,W].</param>
/// <param name="Which">The mask of every image of a pass, in the pass's order (Int32).</param>
/// <param name="Cursor">The batch's first place in that order.</param>
public sealed record MaskTensors(Tensor Masks, Tensor Which, Tensor Cursor)
{
    /// <summary>
    /// Inputs that the host writes: a mask for each image of a batch, whose numbers are to be 0, 1, 2, ... and the cursor 0.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">The size of an image: [height, width, channels].</param>
    /// <param name="batch">The images of a batch.</param>
    public static MaskTensors Inputs(Graph graph, Shape image, int batch) => new(
        graph.Add(new Input("masks", Shape.Of(batch, image[0], image[1]), ElementType.UInt8)),
        graph.Add(new Input("mask-numbers", Shape.Of(batch), ElementType.Int32)),
        graph.Add(new Input("cursor", Shape.Scalar, ElementType.Int32)));

    /// <summary>Writes the numbers and the cursor of <see cref="Inputs"/>, once for all batches.</summary>
    public void Number(Plan plan)
    {
        plan.Write<int>(Which, [.. Enumerable.Range(0, Which.Shape[0])]);
        plan.Write<int>(Cursor, [0]);
    }

    /// <summary>The images with their hidden pixels at zero.</summary>
    public Tensor Hide(Tensor images) => images.HidePixels(Masks, Which, Cursor);

    /// <summary>The images with all but their hidden pixels at zero.</summary>
    public Tensor HideSeen(Tensor images) => images.HidePixels(Masks, Which, Cursor, seen: true);
}
