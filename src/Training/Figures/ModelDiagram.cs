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
    const int Width = 900, Centre = 432, WidestBox = 420, NarrowestBox = 84, PathRoom = 170, ParameterRoom = 100;

    const int BoxHeight = 32, Step = 46, FirstBox = 112, Side = 32;

    // An embedded font would weigh more than the drawing; every reader has one of these.
    const string Fonts = "Inter, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

    static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    // Fill and outline by the first part of the path, in order of appearance.
    static readonly (string Fill, string Line)[] s_groups =
        [("#DBEAFE", "#2563EB"), ("#CCFBF1", "#0D9488"), ("#EDE9FE", "#7C3AED"), ("#FCE7F3", "#DB2777")];
    static readonly (string Fill, string Line) s_input = ("#F3F4F6", "#6B7280"), s_latent = ("#FFEDD5", "#EA580C");

    sealed record Box(LayerSummary Layer, double HalfWidth, (string Fill, string Line) Colours);

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
        Box[] boxes = Boxes([new("input", "image", input, 0), .. all]);
        int bottom = FirstBox + boxes.Length * Step - (Step - BoxHeight), height = bottom + 64;
        // Long paths push the rest to the right.
        double shift = Math.Max(0, boxes.Max(box => TextWidth(box.Layer.Path, 12)) - PathRoom), width = Width + shift, end = width - Side;
        string viewBox = FormattableString.Invariant($"0 0 {width:0.##} {height}");
        var svg = Element("svg", ("viewBox", viewBox), ("width", width), ("height", height), ("font-family", Fonts), ("role", "img"));
        svg.Add(new XElement(s_svg + "title", Valid(title)));
        svg.Add(Element("rect", ("width", width), ("height", height), ("fill", "#FFFFFF")));
        svg.Add(Text(title, Side, 46, Fitted(title, 20, width - 2 * Side), FigureStyle.Ink));
        svg.Add(Text("layer", Side, 88, 12, FigureStyle.Muted));
        svg.Add(Text("output", end - ParameterRoom, 88, 12, FigureStyle.Muted, "end"));
        svg.Add(Text("parameters", end, 88, 12, FigureStyle.Muted, "end"));
        for (int i = 1; i < boxes.Length; i++) svg.Add(Joint(boxes[i - 1], boxes[i], Centre + shift, FirstBox + i * Step));
        for (int i = 0; i < boxes.Length; i++) AddBox(svg, boxes[i], Centre + shift, end, FirstBox + i * Step);
        svg.Add(Element("line", ("x1", Side), ("x2", end), ("y1", bottom + 18), ("y2", bottom + 18), ("stroke", FigureStyle.Hairline)));
        svg.Add(Text("total", Side, bottom + 42, 13, FigureStyle.Ink));
        svg.Add(Text(SummaryTable.Count(all.Sum(layer => layer.Parameters)), end, bottom + 42, 13, FigureStyle.Ink, "end"));
        return svg.ToString() + "\n";
    }

    // The first of the layers is the input.
    static Box[] Boxes(LayerSummary[] layers)
    {
        double low = Math.Log(layers.Min(layer => layer.Output.Count)), high = Math.Log(layers.Max(layer => layer.Output.Count));
        string[] groups = [.. layers.Skip(1).Select(Group).Distinct()];
        int latent = groups.Length > 1 ? Array.FindLastIndex(layers, layer => Group(layer) == groups[0]) : -1;
        // A code that is itself an image is no narrow place worth marking.
        if (latent >= 0 && layers[latent].Output.Rank != 1) latent = -1;
        return [.. layers.Select((layer, i) => new Box(layer, HalfWidth(layer), Colours(layer, i)))];

        double HalfWidth(LayerSummary layer)
        {
            double share = high > low ? (Math.Log(layer.Output.Count) - low) / (high - low) : 1;
            return Math.Clamp(TextWidth(layer.Description, 13) + 28, NarrowestBox + (WidestBox - NarrowestBox) * share, WidestBox) / 2;
        }

        (string Fill, string Line) Colours(LayerSummary layer, int i) =>
            i == 0 ? s_input : i == latent ? s_latent : s_groups[Array.IndexOf(groups, Group(layer)) % s_groups.Length];
    }

    static string Group(LayerSummary layer) => layer.Path.Split('/')[0];

    // The reader's font may run wider than the one measured here.
    static double TextWidth(string text, float size) => 1.12 * FigureCanvas.Measure(text, size);

    static double Fitted(string text, float size, double room) => Math.Min(size, size * room / Math.Max(1, TextWidth(text, size)));

    static void AddBox(XElement svg, Box box, double centre, double end, int y)
    {
        LayerSummary layer = box.Layer;
        svg.Add(Element("rect", ("x", centre - box.HalfWidth), ("y", y), ("width", 2 * box.HalfWidth), ("height", BoxHeight), ("rx", 6),
            ("fill", box.Colours.Fill), ("stroke", box.Colours.Line), ("stroke-width", 1.25)));
        int baseline = y + BoxHeight / 2 + 5;
        svg.Add(Text(layer.Description, centre, baseline, Fitted(layer.Description, 13, WidestBox - 28), FigureStyle.Ink, "middle"));
        svg.Add(Text(layer.Path, Side, baseline, 12, FigureStyle.Muted));
        svg.Add(Text(SummaryTable.Sizes(layer.Output, "×"), end - ParameterRoom, baseline, 12, FigureStyle.Ink, "end"));
        svg.Add(Text(layer.Parameters > 0 ? SummaryTable.Count(layer.Parameters) : "–", end, baseline, 12, FigureStyle.Muted, "end"));
    }

    // The slope from one box's width to the next's.
    static XElement Joint(Box above, Box below, double centre, int y)
    {
        int top = y - Step + BoxHeight;
        string points = string.Join(' ', Point(-above.HalfWidth, top), Point(above.HalfWidth, top), Point(below.HalfWidth, y),
            Point(-below.HalfWidth, y));
        return Element("polygon", ("fill", below.Colours.Fill), ("fill-opacity", 0.55), ("points", points));

        string Point(double x, int y) => FormattableString.Invariant($"{centre + x:0.##},{y}");
    }

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
