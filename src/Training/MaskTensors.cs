using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Where a batch's occlusion masks are on the device; see <see cref="HidePixels"/>.</summary>
/// <param name="Masks">Bytes [M,H,W].</param>
/// <param name="Which">The mask of every image of a pass, in the pass's order (Int32).</param>
/// <param name="Cursor">The batch's first place in that order.</param>
public sealed record MaskTensors(Tensor Masks, Tensor Which, Tensor Cursor)
{
    /// <summary>The images with their hidden pixels at zero.</summary>
    public Tensor Hide(Tensor images) => images.HidePixels(Masks, Which, Cursor);

    /// <summary>The images with all but their hidden pixels at zero.</summary>
    public Tensor HideSeen(Tensor images) => images.HidePixels(Masks, Which, Cursor, seen: true);
}
