using System.Xml.Linq;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Study;

public sealed class StudyHtmlTests
{
    const string Nasty = "<script>alert('&')</script> \"x\" ]]>";

    static readonly byte[] s_picture = new LinePlot { Width = 300, Height = 200, Series = [new("a", [1, 2], [3, 4])] }.ToPng();

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_else()
    {
        string html = StudyHtml.Format(Report(), _ => s_picture);
        XDocument page = Parse(html);
        Assert.Empty(page.Descendants("script"));
        Assert.All(page.Descendants("link"), link => Assert.StartsWith("data:", link.Attribute("href")!.Value, StringComparison.Ordinal));
        Assert.All(
            page.Descendants("img"),
            image => Assert.StartsWith("data:image/png;base64,", image.Attribute("src")!.Value, StringComparison.Ordinal));
        Assert.All(page.Descendants("img"), image => Assert.NotEmpty(image.Attribute("alt")!.Value));
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.Contains(page.Descendants("meta"), meta => meta.Attribute("name")?.Value == "viewport");
    }

    [Fact]
    public void Every_row_has_its_figures_and_a_place_to_go_to()
    {
        XDocument page = Parse(StudyHtml.Format(Report(), _ => s_picture));
        foreach (StudyRowReport row in Report().Rows)
        {
            Assert.Single(page.Descendants("article"), article => article.Attribute("id")!.Value == row.Name);
            Assert.Single(page.Descendants("a"), link => link.Attribute("href")!.Value == $"#{row.Name}" && link.Value == row.Name);
        }

        string[] cells = [.. Cells(page, "b32").Select(cell => cell.Value)];
        Assert.Equal(["basic", "32", "0.02000", "0.01900", "0.95", "0.01800", "1.06", "17.21", "0.8100", "1,234", "3", "12"], cells);
        XElement ratio = Cells(page, "b32").Single(cell => cell.Attribute("data-label")!.Value == "ratio");
        Assert.Equal("number better", ratio.Attribute("class")!.Value);
        Assert.Equal("not run", Assert.Single(Cells(page, "b64"), cell => cell.Attribute("class")?.Value == "status").Value);
        Assert.Contains(page.Descendants("td"), cell => cell.Value == $"failed: {Nasty}");
        Assert.Contains(page.Descendants("p"), text => text.Value == Nasty);
    }

    [Fact]
    public void The_answers_stand_with_their_sizes()
    {
        XDocument page = Parse(StudyHtml.Format(Report(), _ => s_picture));
        XElement answer = Assert.Single(page.Descendants("li"));
        Assert.Equal("16", answer.Elements("span").First().Value);
        Assert.Equal("digits, rebuild, basic: 16 numbers are enough.", answer.Elements("span").Last().Value);
    }

    [Fact]
    public void Without_finished_rows_and_pictures_there_is_still_a_page()
    {
        StudyReport report = Report();
        XDocument page = Parse(StudyHtml.Format(report with { Rows = [report.Rows[2]], Answers = [] }, _ => null));
        Assert.Contains(page.Descendants("p"), text => text.Value == "No row is finished yet.");
        Assert.Contains(page.Descendants("td"), cell => cell.Value == "not run");
    }

    static IEnumerable<XElement> Cells(XDocument page, string row) =>
        page.Descendants("tr")
            .Single(tr => tr.Elements("th").FirstOrDefault(th => th.Attribute("scope") is not null)?.Value == row)
            .Elements("td");

    static XDocument Parse(string html)
    {
        const string Doctype = "<!DOCTYPE html>\n";
        Assert.StartsWith(Doctype, html, StringComparison.Ordinal);
        return XDocument.Parse(html[Doctype.Length..]);
    }

    /// <summary>A study with rows of every kind.</summary>
    internal static StudyReport Report() => new(
        "Digits & <others>",
        "studies/small.json",
        [
            Finished("b16", 16, 0.0195),
            Finished("b32", 32, 0.019) with { Note = Nasty, PublishedMse = 0.02, PublishedNote = "20 epochs" },
            Row("b64", 64, RowStatus.NotRun),
            Row("b128", 128, RowStatus.Failed) with { Reason = Nasty },
        ],
        [new StudyAnswer("digits, rebuild, basic", 16, "digits, rebuild, basic: 16 numbers are enough.")]);

    static StudyRowReport Row(string name, int latent, RowStatus status) => new()
    {
        Name = name,
        Status = status,
        Settings = new RunSettings { Model = ModelKind.Basic, Latent = latent },
        Run = $"runs/{name}",
    };

    static StudyRowReport Finished(string name, int latent, double mse) => Row(name, latent, RowStatus.Finished) with
    {
        Result = new RunResult
        {
            Run = $"runs/{name}", TestMse = mse, Psnr = ReconstructionError.PsnrOf(mse), Ssim = 0.81, FloorMse = 0.018, Epochs = 3,
            Parameters = 1234, Seconds = 12.3,
        },
        History = [.. Enumerable.Range(1, 3).Select(epoch => new EpochReport(epoch, 0.1 / epoch, 0.12 / epoch, 4, 1000))],
        Baselines =
        [
            new BaselineError(Baselines.MeanImage, 0.07, null, null, 1000),
            new BaselineError(Baselines.NearestMean, 0.03, null, null, 1000),
        ],
    };
}
