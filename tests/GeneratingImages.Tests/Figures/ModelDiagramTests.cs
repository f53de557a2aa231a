using System.Xml.Linq;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Figures;

public class ModelDiagramTests
{
    static readonly Shape s_image = Shape.Of(28, 28, 1);

    static readonly LayerSummary[] s_layers =
    [
        new("encoder/conv1", "Conv2D 3x3, 32, ReLU", Shape.Of(28, 28, 32), 320),
        new("encoder/pool1", "MaxPool2D 2x2", Shape.Of(14, 14, 32), 0),
        new("encoder/flatten", "Flatten", Shape.Of(6272), 0),
        new("encoder/dense", "Dense 32", Shape.Of(32), 200736),
        new("decoder/dense", "Dense 784", Shape.Of(784), 25872),
        new("decoder/reshape", "Reshape", s_image, 0),
    ];

    static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void EveryLayerIsInTheDrawing()
    {
        XElement svg = XDocument.Parse(ModelDiagram.ToSvg("deep", s_image, s_layers)).Root!;
        Assert.Equal(s_svg + "svg", svg.Name);
        string[] texts = [.. svg.Elements(s_svg + "text").Select(text => text.Value)];
        foreach (LayerSummary layer in s_layers)
        {
            Assert.Contains(layer.Path, texts);
            Assert.Contains(layer.Description, texts);
            Assert.Contains(string.Join(" × ", layer.Output.ToArray()), texts);
        }

        Assert.Contains("200,736", texts);
        Assert.Equal("226,928", texts[^1]);
        // The background, the input and one box a layer; a joint between each two.
        Assert.Equal(2 + s_layers.Length, svg.Elements(s_svg + "rect").Count());
        Assert.Equal(s_layers.Length, svg.Elements(s_svg + "polygon").Count());
        Assert.DoesNotContain("href", svg.ToString());
        Assert.DoesNotContain("url(", svg.ToString());
    }

    [Fact]
    public void BoxesNarrowToTheLatentAndWidenAgain()
    {
        XElement svg = XDocument.Parse(ModelDiagram.ToSvg("", s_image, s_layers)).Root!;
        double[] widths = [.. svg.Elements(s_svg + "rect").Skip(1).Select(rect => (double)rect.Attribute("width")!)];
        Assert.Equal(4, Array.IndexOf(widths, widths.Min()));
        Assert.Equal(1, Array.IndexOf(widths, widths.Max()));
        string[] fills = [.. svg.Elements(s_svg + "rect").Skip(1).Select(rect => (string)rect.Attribute("fill")!)];
        Assert.Single(fills, fills[4]);
    }

    [Fact]
    public void AnyTextIsValidXml()
    {
        const string title = "a <b> & \"c\" \u0001\uFFFE \U0001F600 \uD800";
        LayerSummary[] layers = [new("x<y>/" + new string('p', 60), "Layer " + new string('w', 100), Shape.Of(1), 1)];
        XElement svg = XDocument.Parse(ModelDiagram.ToSvg(title, s_image, layers)).Root!;
        Assert.Equal("a <b> & \"c\" \uFFFD\uFFFD \U0001F600 \uFFFD", svg.Element(s_svg + "title")!.Value);
        XDocument.Parse(ModelDiagram.ToSvg("", s_image, []));
    }

    [Fact]
    public void IsWrittenAsAFile()
    {
        using var folder = new TemporaryFolder();
        ModelDiagram.Write(folder["a.svg"], "deep", s_image, s_layers);
        Assert.Equal(ModelDiagram.ToSvg("deep", s_image, s_layers), File.ReadAllText(folder["a.svg"]));
        Assert.Equal((byte)'<', File.ReadAllBytes(folder["a.svg"])[0]);
    }

    [Fact]
    public void TheTableLinesUp()
    {
        const string expected = """
            path             layer                 output        parameters
            ---------------  --------------------  ------------  ----------
            input                                  28 x 28 x 1
            encoder/conv1    Conv2D 3x3, 32, ReLU  28 x 28 x 32         320
            encoder/pool1    MaxPool2D 2x2         14 x 14 x 32           0
            encoder/flatten  Flatten               6272                   0
            encoder/dense    Dense 32              32               200,736
            decoder/dense    Dense 784             784               25,872
            decoder/reshape  Reshape               28 x 28 x 1            0
            ---------------  --------------------  ------------  ----------
            total                                                   226,928

            """;
        Assert.Equal(expected, SummaryTable.Format(s_image, s_layers));
    }
}
