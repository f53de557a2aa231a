using GeneratingImages.Training;

namespace GeneratingImages.Tests.Study;

public sealed class StudyAnswerTests
{
    [Theory]
    [InlineData(0.0200, 0.0105, 0.0100, 32, "32 numbers are enough: 0.01050 is within 5 % of the best, 0.01000 at 64")]
    [InlineData(0.0200, 0.0106, 0.0100, 64, "only the largest, 64, is within 5 % of the best, so a larger one may do better still")]
    [InlineData(0.0200, 0.0100, 0.0104, 32, "32 numbers are enough: the best of the sizes run, and no smaller one is within 5 % of it")]
    [InlineData(0.0100, 0.0100, 0.0100, 16, "16 numbers are enough: the best of the sizes run")]
    public void The_smallest_size_within_a_twentieth_of_the_best(double mse16, double mse32, double mse64, int latent, string words)
    {
        StudyAnswer answer = Assert.Single(StudyAnswer.Of([Row("mnist", 64, mse64), Row("mnist", 16, mse16), Row("mnist", 32, mse32)]));
        Assert.Equal(latent, answer.Latent);
        Assert.StartsWith("mnist, rebuild, basic: ", answer.Text, StringComparison.Ordinal);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"(16: {mse16:F5}, 32: {mse32:F5}, 64: {mse64:F5})"), answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_rows_of_one_size_the_best_counts() => Assert.Equal(
        16, Assert.Single(StudyAnswer.Of([Row("mnist", 16, 0.03), Row("mnist", 16, 0.0101), Row("mnist", 32, 0.01)])).Latent);

    [Fact]
    public void What_was_run_at_one_size_stands_together_at_the_end()
    {
        StudyAnswer[] answers =
        [
            .. StudyAnswer.Of(
                [
                    Row("lfw", 32, 0.005), Row("mnist", 16, 0.02), Row("cifar100", 32, 0.013), Row("mnist", 32, 0.01),
                    Unfinished("mnist", 64),
                ]),
        ];
        Assert.Equal([32, null], answers.Select(answer => answer.Latent));
        Assert.Equal(
            "Of one latent size alone there is no answer: lfw, rebuild, basic (32: 0.00500); cifar100, rebuild, basic (32: 0.01300).",
            answers[1].Text);
    }

    [Fact]
    public void Nothing_finished_has_no_answer() => Assert.Empty(StudyAnswer.Of([Unfinished("mnist", 16), Unfinished("mnist", 32)]));

    static StudyRowReport Unfinished(string dataSet, int latent) => new()
    {
        Name = $"{dataSet}-{latent}",
        Status = RowStatus.NotRun,
        Settings = new RunSettings { Dataset = dataSet, Model = ModelKind.Basic, Latent = latent },
        Run = $"runs/{dataSet}-{latent}",
    };

    static StudyRowReport Row(string dataSet, int latent, double mse)
    {
        StudyRowReport row = Unfinished(dataSet, latent);
        return row with { Status = RowStatus.Finished, Result = new RunResult { Run = row.Run, TestMse = mse, Epochs = 1, Parameters = 100, Seconds = 1 } };
    }
}
