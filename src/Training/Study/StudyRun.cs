using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Runs a study's rows one after the other, each in a run folder of its own, and rewrites table and reports after each. Rows that are
/// finished with the same settings and data are kept as they are; a row that was stopped goes on from its checkpoint, bit for bit; one that
/// fails is kept with its reason, and the others go on.
/// </summary>
public sealed class StudyRun
{
    const int ExtremeCount = 10;

    readonly StudyFile _file;
    readonly StudyFolder _folder;
    readonly IReadOnlyList<StudyRow> _selected;
    readonly Func<RunSettings, CancellationToken, DataSplit> _load;
    readonly Dictionary<StudyRow, StudyRowReport> _reports = [];
    (string Dataset, int? Limit, bool HoldOut, DataSplit Data)? _loaded;

    /// <summary>Looks at what the folder holds, refuses what cannot go on, and writes the reports for the first time.</summary>
    /// <param name="file">The study.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="selected">The rows to run, all of the file's.</param>
    /// <param name="load">Loads the data of settings.</param>
    /// <exception cref="UserException">
    /// The folder holds a study of other rows, or a selected row was trained with other settings; the message has both values.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public StudyRun(
        StudyFile file, StudyFolder folder, IReadOnlyList<StudyRow> selected, Func<RunSettings, CancellationToken, DataSplit> load)
    {
        (_file, _folder, _selected, _load) = (file, folder, selected, load);
        CheckSameStudy();
        foreach (StudyRow row in file.Rows) _reports[row] = Look(row);
        foreach (StudyRow row in selected.Where(row => _reports[row].Status != RowStatus.Finished)) CheckGoesOn(row);
        Save(() => folder.Write(Report));
    }

    /// <summary>The study as far as it has come.</summary>
    public StudyReport Report
    {
        get
        {
            StudyRowReport[] rows = [.. _file.Rows.Select(row => _reports[row])];
            return new StudyReport(_file.Title, _file.Path, rows, StudyAnswer.Of(rows));
        }
    }

    /// <summary>Runs the selected rows.</summary>
    /// <param name="backend">Where they are trained.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="threads">Threads for what is computed beside the training; 0 for one per processor.</param>
    /// <param name="cancel">Ends the row that is running after its step, which is saved.</param>
    /// <exception cref="OperationCanceledException">It was stopped, and can be gone on with.</exception>
    /// <exception cref="IOException">Table or reports cannot be written.</exception>
    public void Run(IBackend backend, StudyObserver observer, int threads = 0, CancellationToken cancel = default)
    {
        foreach (StudyRow row in _selected)
        {
            cancel.ThrowIfCancellationRequested();
            bool wasThere = _reports[row].Status == RowStatus.Finished;
            try
            {
                _reports[row] = wasThere ? CheckData(row, cancel) : RunRow(row, backend, observer, threads, cancel);
            }
            catch (OperationCanceledException)
            {
                _reports[row] = Look(row);
                Save(() => _folder.Write(Report));
                throw;
            }
            catch (Exception e)
            {
                // Whatever it was, it must not cost the rows that follow. A finished row's own file stays as it is.
                _reports[row] = Look(row) with { Status = RowStatus.Failed, Reason = ReasonOf(e), Result = null };
                if (!wasThere) Save(() => _folder.WriteRow(row, _reports[row]));
            }

            Save(() => _folder.Write(Report));
            observer.Ends(_reports[row], wasThere && _reports[row].Status == RowStatus.Finished);
        }
    }

    StudyRowReport RunRow(StudyRow row, IBackend backend, StudyObserver observer, int threads, CancellationToken cancel)
    {
        DataSplit data = Load(row.Settings, cancel);
        string path = _folder.RunOf(row);
        SavedRun? saved = _folder.HasCheckpoint(row) ? SavedRun.Open(path) : null;
        using RunFolder folder = saved is null ? RunFolder.Restart(path) : RunFolder.Resume(path);
        _folder.ForgetRow(row);
        using var run = new TrainingRun(folder, row.Settings, data, backend, saved);
        observer.Begins(row, data, run.State);
        run.Train(observer.Epoch, observer.Progress, cancel);
        RunMeasurement measured = run.Finish(part => observer.Computes("the best linear model to compare with", part), threads, cancel);
        Occlusion? occlusion = row.Settings.Task == ReconstructionTask.Complete ? row.Settings.Occlusion : null;
        IReadOnlyList<BaselineError> baselines = Baselines.Of(data, occlusion, observer.Computes, threads, cancel);
        StudyRowReport report = Empty(row) with
        {
            Status = RowStatus.Finished,
            Result = measured.Result with { Run = StudyFolder.RelativeRunOf(row) },
            Baselines = baselines,
            History = [.. run.State.History],
            Hardest = measured.Hardest(ExtremeCount),
            Easiest = measured.Easiest(ExtremeCount),
            Data = DataDescription.Of(data),
            Environment = RunEnvironment.Of(backend.Name),
        };
        _folder.WriteRow(row, report);
        return report;
    }

    /// <summary>A row as the folder holds it.</summary>
    StudyRowReport Look(StudyRow row)
    {
        string settings = row.Settings.ToJson();
        if (_folder.ReadRow(row) is { Status: RowStatus.Finished or RowStatus.Failed } kept && kept.Settings.ToJson() == settings)
            return kept with { Name = row.Name, Note = row.Note, PublishedMse = row.PublishedMse, PublishedNote = row.PublishedNote };
        StudyRowReport empty = Empty(row);
        if (!_folder.HasCheckpoint(row)) return empty;
        try
        {
            SavedRun saved = SavedRun.Open(_folder.RunOf(row));
            return Obstacle(saved, row) is null
                ? empty with { Status = RowStatus.Stopped, History = saved.State.History }
                : empty with { Reason = $"{empty.Run} holds a run of other settings" };
        }
        catch (UserException e)
        {
            // Its row says so; the others go on.
            return empty with { Status = RowStatus.Failed, Reason = e.Message };
        }
    }

    /// <summary>Refuses to write over the reports of another study: one of whose rows this one has none.</summary>
    void CheckSameStudy()
    {
        IReadOnlyList<string> there = _folder.RowNames();
        if (there.Count > 0 && !_file.Rows.Any(row => there.Contains(row.Name)))
            throw new UserException(
                $"{_folder.Path}: holds another study, of {InputFile.Printable(string.Join(", ", there.Take(3)))}"
                + $"{(there.Count > 3 ? ", ..." : "")}: name another --out");
    }

    /// <summary>Refuses a row whose folder holds a run that cannot become this one. More epochs are no obstacle.</summary>
    void CheckGoesOn(StudyRow row)
    {
        if (_reports[row].Status == RowStatus.NotRun && _folder.HasCheckpoint(row)
            && Obstacle(SavedRun.Open(_folder.RunOf(row)), row) is { } obstacle)
            throw new UserException(
                $"row '{row.Name}': {obstacle}; or delete {_folder.RunOf(row)} to train it anew, or name another --out");
    }

    /// <summary>Why a saved run cannot become a row's, or null.</summary>
    static string? Obstacle(SavedRun saved, StudyRow row)
    {
        try
        {
            saved.CheckSettings(row.Settings);
            return null;
        }
        catch (UserException e)
        {
            return e.Message;
        }
    }

    /// <summary>A finished row, if it was trained on the data that are there now, or if there are none any more.</summary>
    StudyRowReport CheckData(StudyRow row, CancellationToken cancel)
    {
        StudyRowReport kept = _reports[row];
        DataSplit data;
        try
        {
            data = Load(row.Settings, cancel);
        }
        catch (UserException)
        {
            return kept;
        }

        if (kept.Data?.Fingerprint == data.Fingerprint) return kept;
        throw new UserException(
            $"{_folder.RunOf(row)} was trained on data {kept.Data?.Fingerprint[..12]}..., these are {data.Fingerprint[..12]}... "
            + $"({data.Source}): name the folder of the same files with --data, or delete the run to train it anew");
    }

    /// <summary>The data, kept for the next row if that has the same.</summary>
    DataSplit Load(RunSettings settings, CancellationToken cancel)
    {
        bool holdOut = settings.Patience > 0;
        if (_loaded is { } loaded
            && loaded.Dataset == settings.Dataset && loaded.Limit == settings.Limit && loaded.HoldOut == holdOut)
            return loaded.Data;
        _loaded = null;
        _loaded = (settings.Dataset, settings.Limit, holdOut, _load(settings, cancel));
        return _loaded.Value.Data;
    }

    void Save(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{_folder.Path}: the study cannot be saved: {e.Message.TrimEnd('.')}: "
                + "make room, then run the same command again", e);
        }
    }

    static string ReasonOf(Exception e)
    {
        bool speaks = e is UserException or TrainingException or IOException or UnauthorizedAccessException
            or ShapeException or NoKernelException;
        return (speaks ? e.Message : $"{e.GetType().Name}: {e.Message}").ReplaceLineEndings(" ");
    }

    static StudyRowReport Empty(StudyRow row) => new()
    {
        Name = row.Name,
        Status = RowStatus.NotRun,
        Note = row.Note,
        Settings = row.Settings,
        Run = StudyFolder.RelativeRunOf(row),
        PublishedMse = row.PublishedMse,
        PublishedNote = row.PublishedNote,
    };
}
