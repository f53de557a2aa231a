using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// A model as an SVG drawing: a box a layer, as wide as the logarithm of its output's size, so that an encoder narrows to the latent
/// numbers and a decoder widens again. Beside each box stand its path, output shape and parameter count.
/// </summary>
public static class ModelDiagram
{
    const int Width = 860, Centre = 430, WidestBox = 420, BoxHeight = 32, Step = 46, FirstBox = 112, Side = 32;

    // An embedded font would weigh more than the drawing; every reader has one of these.
    const string Fonts = "Inter, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

    static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    // Fill and outline by the first part of the path, in order of appearance.
    static readonly (string Fill, string Line)[] s_groups = [("#DBEAFE", "#2563EB"), ("#CCFBF1", "#0D9488"), ("#EDE9FE", "#7C3AED"), ("#FCE7F3", "#DB2777")];
    static readonly (string Fill, string Line) s_input = ("#F3F4F6", "#6B7280"), s_latent = ("#FFEDD5", "#EA580C");

    sealed record Box(string Path, string Text, Shape Output, long Parameters, double HalfWidth, (string Fill, string Line) Colours);

    /// <summary>Writes the drawing as an SVG file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The line above the drawing.</param>
    /// <param name="input">The shape of one input image, without the batch.</param>
    /// <param name="layers">The layers in order.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, string title, Shape input, IEnumerable<LayerSummary> layers)
    {
        string svg = ToSvg(title, input, layers);
        FigureFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.Write(svg);
        });
    }

    /// <summary>The drawing as text; it refers to nothing outside itself.</summary>
    /// <param name="title">The line above the drawing.</param>
    /// <param name="input">The shape of one input image, without the batch.</param>
    /// <param name="layers">The layers in order.</param>
    public static string ToSvg(string title, Shape input, IEnumerable<LayerSummary> layers)
    {
        LayerSummary[] all = [.. layers];
        Box[] boxes = Boxes(input, all);
        int bottom = FirstBox + boxes.Length * Step - (Step - BoxHeight), height = bottom + 64;
        var svg = Element("svg", ("viewBox", $"0 0 {Width} {height}"), ("width", Width), ("height", height), ("font-family", Fonts), ("role", "img"));
        svg.Add(new XElement(s_svg + "title", Valid(title)));
        svg.Add(Element("rect", ("width", Width), ("height", height), ("fill", "#FFFFFF")));
        svg.Add(Text(title, Side, 46, 20, FigureStyle.Ink));
        svg.Add(Text("layer", Side, 88, 12, FigureStyle.Muted));
        svg.Add(Text("output", Width - Side - 100, 88, 12, FigureStyle.Muted, "end"));
        svg.Add(Text("parameters", Width - Side, 88, 12, FigureStyle.Muted, "end"));
        for (int i = 1; i < boxes.Length; i++) svg.Add(Joint(boxes[i - 1], boxes[i], FirstBox + i * Step));
        for (int i = 0; i < boxes.Length; i++) AddBox(svg, boxes[i], FirstBox + i * Step);
        svg.Add(Element("line", ("x1", Side), ("x2", Width - Side), ("y1", bottom + 18), ("y2", bottom + 18), ("stroke", FigureStyle.Hairline)));
        svg.Add(Text("total", Side, bottom + 42, 13, FigureStyle.Ink));
        svg.Add(Text(SummaryTable.Count(all.Sum(layer => layer.Parameters)), Width - Side, bottom + 42, 13, FigureStyle.Ink, "end"));
        return svg.ToString() + "\n";
    }

    static Box[] Boxes(Shape input, LayerSummary[] layers)
    {
        long[] counts = [input.Count, .. layers.Select(layer => layer.Output.Count)];
        double low = Math.Log(counts.Min()), high = Math.Log(counts.Max());
        // Other fonts run wider than the measured one.
        double narrowest = Math.Min(WidestBox, layers.Select(layer => 1.15 * FigureCanvas.Measure(layer.Description, 13) + 28).Append(120).Max());
        string[] groups = [.. layers.Select(Group).Distinct()];
        int latent = groups.Length > 1 ? Array.FindLastIndex(layers, layer => Group(layer) == groups[0]) : -1;
        // A code that is itself an image is no narrow place worth marking.
        if (latent >= 0 && layers[latent].Output.Rank != 1) latent = -1;
        var boxes = new List<Box> { new("input", "image", input, 0, Half(input.Count), s_input) };
        for (int i = 0; i < layers.Length; i++)
        {
            var colours = i == latent ? s_latent : s_groups[Array.IndexOf(groups, Group(layers[i])) % s_groups.Length];
            boxes.Add(new(layers[i].Path, layers[i].Description, layers[i].Output, layers[i].Parameters, Half(layers[i].Output.Count), colours));
        }

        return [.. boxes];

        double Half(long count) => (narrowest + (WidestBox - narrowest) * (high > low ? (Math.Log(count) - low) / (high - low) : 1)) / 2;
    }

    static string Group(LayerSummary layer) => layer.Path.Split('/')[0];

    static void AddBox(XElement svg, Box box, int y)
    {
        svg.Add(Element("rect", ("x", Centre - box.HalfWidth), ("y", y), ("width", 2 * box.HalfWidth), ("height", BoxHeight), ("rx", 6),
            ("fill", box.Colours.Fill), ("stroke", box.Colours.Line), ("stroke-width", 1.25)));
        int baseline = y + BoxHeight / 2 + 5;
        svg.Add(Text(box.Text, Centre, baseline, 13, FigureStyle.Ink, "middle"));
        svg.Add(Text(box.Path, Side, baseline, 12, FigureStyle.Muted));
        svg.Add(Text(SummaryTable.Sizes(box.Output, "×"), Width - Side - 100, baseline, 12, FigureStyle.Ink, "end"));
        svg.Add(Text(box.Parameters > 0 ? SummaryTable.Count(box.Parameters) : "–", Width - Side, baseline, 12, FigureStyle.Muted, "end"));
    }

    // The slope from one box's width to the next's.
    static XElement Joint(Box above, Box below, int y) => Element("polygon", ("fill", below.Colours.Fill), ("fill-opacity", 0.55), ("points", string.Join(' ',
        Point(-above.HalfWidth, y - Step + BoxHeight), Point(above.HalfWidth, y - Step + BoxHeight), Point(below.HalfWidth, y), Point(-below.HalfWidth, y))));

    static string Point(double fromCentre, int y) => FormattableString.Invariant($"{Centre + fromCentre:0.#},{y}");

    static XElement Text(string text, double x, double y, double size, string fill, string anchor = "start")
    {
        XElement element = Element("text", ("x", x), ("y", y), ("font-size", size), ("fill", fill), ("text-anchor", anchor));
        element.Value = Valid(text);
        return element;
    }

    static XElement Element(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var element = new XElement(s_svg + name);
        foreach (var (key, value) in attributes)
            element.SetAttributeValue(key, value is double number ? number.ToString("0.##", CultureInfo.InvariantCulture) : value);
        return element;
    }

    // XML has no way to write most control characters, not even escaped.
    static string Valid(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD"));
}
