using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>How training images are varied, anew in every epoch: the model sees more images than there are.</summary>
/// <param name="Mirror">Mirrors every other image, on average, from left to right.</param>
/// <param name="Shift">Shifts by up to so many pixels up, down, left and right; edges are repeated.</param>
public readonly record struct Augmentation(bool Mirror = false, int Shift = 0)
{
    /// <summary>Whether nothing is varied.</summary>
    public bool IsNone => !Mirror && Shift == 0;

    /// <summary>The moves of an epoch's images, in their order: they depend on seed and epoch alone.</summary>
    public int[] Moves(ulong seed, int epoch, int count)
    {
        var random = new CounterRandom(seed, CounterRandom.StreamOf($"moves/{epoch}"));
        var moves = new int[count];
        for (int i = 0; i < count; i++)
        {
            bool mirrored = Mirror && random.Below(2) == 1;
            moves[i] = MoveImages.Of(mirrored, random.Below(2 * Shift + 1) - Shift, random.Below(2 * Shift + 1) - Shift);
        }

        return moves;
    }
}
