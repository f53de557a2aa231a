using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Study;

/// <summary>The report in a browser: what a person with a phone, a tablet or a wide window gets to see.</summary>
public sealed partial class StudyPageTests : IDisposable
{
    const string LongWord = "aVeryLongWordWithoutAnySpaceThatCouldBeBrokenAcrossLinesOfAPhoneBecauseSomebodyNamedAFolderSo";

    // Frames have any width, a window without a screen none below 500 pixels.
    const string Frames = """
        <!DOCTYPE html><html><body>
        <script>
        addEventListener("load", () => {
          const seen = [...document.querySelectorAll("iframe")].map(frame => {
            const page = frame.contentDocument, view = frame.contentWindow, root = page.documentElement;
            const textless = [...page.querySelectorAll("p, li, td, th, h1, h2, figcaption")]
              .filter(e => e.textContent.trim() && e.getClientRects().length && e.getBoundingClientRect().width < 8);
            return {
              width: view.innerWidth, content: root.scrollWidth, images: page.images.length,
              unseen: [...page.images].filter(image => !image.complete || !image.naturalWidth).length,
              squeezed: textless.length, height: root.scrollHeight,
              loaded: view.performance.getEntriesByType("resource").map(entry => entry.name).filter(name => !name.startsWith("data:")),
            };
          });
          document.body.dataset.seen = JSON.stringify(seen);
        });
        </script>
        FRAMES
        </body></html>
        """;

    static readonly int[] s_widths = [360, 390, 768, 1440];

    readonly string _folder = Directory.CreateTempSubdirectory("genimg-page").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_is_cut_off_or_missing_at_any_width()
    {
        StudyReport report = StudyHtmlTests.Report();
        StudyRowReport[] rows = [.. report.Rows.Select(row => row with { Note = row.Note + LongWord })];
        byte[] picture = new LinePlot { Width = 900, Height = 500, Series = [new("a", [1, 2], [3, 4])] }.ToPng();
        File.WriteAllText(
            Path.Combine(_folder, "report.html"),
            StudyHtml.Format(report with { Rows = rows, Title = report.Title + LongWord, File = LongWord + "/small.json" }, _ => picture));
        string frames = string.Concat(s_widths.Select(width =>
            string.Create(CultureInfo.InvariantCulture, $"<iframe src=\"report.html\" width=\"{width}\" height=\"800\" frameborder=\"0\"></iframe>")));
        string page = Path.Combine(_folder, "frames.html");
        File.WriteAllText(page, Frames.Replace("FRAMES", frames, StringComparison.Ordinal));

        Match found = Seen().Match(Browser.Show(page));
        Assert.True(found.Success, "the page's script did not run");
        Frame[] seen = JsonSerializer.Deserialize<Frame[]>(WebUtility.HtmlDecode(found.Groups[1].Value), JsonSerializerOptions.Web)!;
        Assert.Equal(s_widths, seen.Select(frame => frame.Width));
        foreach (Frame frame in seen)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(frame.ToString());
            Assert.True(frame.Content <= frame.Width, $"{frame.Content} pixels of content on a screen of {frame.Width}");
            Assert.True(frame.Images > 0 && frame.Height > 800, $"{frame}");
            Assert.Equal(0, frame.Unseen);
            Assert.Equal(0, frame.Squeezed);
            Assert.Empty(frame.Loaded);
        }
    }

    [GeneratedRegex("data-seen=\"([^\"]*)\"")]
    private static partial Regex Seen();

    sealed record Frame(int Width, int Content, int Images, int Unseen, int Squeezed, int Height, string[] Loaded);
}
