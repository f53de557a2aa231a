namespace GeneratingImages.Training;

/// <summary>What a pass takes from place to place of its images: their order, and for each place a mask and a move.</summary>
/// <param name="Images">The images' numbers.</param>
/// <param name="Masks">The numbers of masks; empty where nothing is hidden by them.</param>
/// <param name="Moves">See <see cref="Core.MoveImages.Of"/>; empty where nothing is moved.</param>
sealed record PassOrder(int[] Images, int[] Masks, int[] Moves);
