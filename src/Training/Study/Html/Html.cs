using System.Net;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>
/// A page under construction: elements, escaped text, pictures inside the page. It is XML too, so that any XML reader checks it.
/// </summary>
sealed class Html
{
    readonly StringBuilder _text = new();

    /// <summary>Markup as it stands.</summary>
    public Html Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>An element with a text, which is escaped; attributes, if any, are markup.</summary>
    public Html Element(string name, string text, string attributes = "") =>
        Raw($"<{name}{(attributes.Length == 0 ? "" : " " + attributes)}>{Escape(text)}</{name}>\n");

    /// <summary>A picture inside the page, with a text for those who cannot see it, and a caption.</summary>
    public Html Figure(byte[] png, string description, string caption) => Raw(
        $"<figure><img alt=\"{Escape(description)}\" loading=\"lazy\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" />"
        + $"<figcaption>{Escape(caption)}</figcaption></figure>\n");

    /// <summary>A text as it may stand in an element or an attribute.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The markup so far.</summary>
    public override string ToString() => _text.ToString();
}
