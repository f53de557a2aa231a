namespace GeneratingImages.Training;

/// <summary>Is told how a study goes; by default nothing is made of it.</summary>
public abstract class StudyObserver
{
    /// <summary>A row is trained from here on.</summary>
    /// <param name="row">The row.</param>
    /// <param name="data">Its data.</param>
    /// <param name="state">Where its training stands: at its beginning, or where it was stopped.</param>
    public virtual void Begins(StudyRow row, DataSplit data, RunState state)
    {
    }

    /// <summary>The row's training goes on; some ten times a second.</summary>
    public virtual void Progress(EpochProgress progress)
    {
    }

    /// <summary>An epoch of the row is finished and saved.</summary>
    public virtual void Epoch(EpochReport epoch)
    {
    }

    /// <summary>The row is trained, and something is computed to compare it with.</summary>
    /// <param name="what">What is computed.</param>
    /// <param name="part">The finished part, 0 to 1.</param>
    public virtual void Computes(string what, double part)
    {
    }

    /// <summary>The row is finished or has failed, and is kept.</summary>
    /// <param name="report">What is known of it.</param>
    /// <param name="wasThere">Whether it had been finished before, so that nothing was done.</param>
    public virtual void Ends(StudyRowReport report, bool wasThere)
    {
    }
}
