namespace GeneratingImages.Core;

/// <summary>An arena that goes when the last of its plans does.</summary>
sealed class SharedArena(Arena arena, int plans)
{
    int _plans = plans;

    public Arena Arena => arena;

    /// <summary>Called once by each of the plans.</summary>
    public void Leave()
    {
        if (--_plans == 0) arena.Dispose();
    }
}
