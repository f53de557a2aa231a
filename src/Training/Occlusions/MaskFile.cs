using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Occlusions as people name them, pictures among them.</summary>
public static class MaskFile
{
    const int White = 128;

    /// <summary>What <c>--hide</c> and a study's <c>hide</c> name: one of the words, a mask's bits, or a picture of a mask.</summary>
    /// <param name="text">The name.</param>
    /// <param name="folder">The folder that a picture's path starts from.</param>
    /// <param name="image">The images' size: [height, width, channels].</param>
    /// <exception cref="UserException">It is none of them, or the picture cannot be used.</exception>
    public static Occlusion Find(string text, string folder, Shape image)
    {
        string path = Path.Combine(folder, text);
        if (!Occlusion.Names.ContainsKey(text.ToLowerInvariant()) && File.Exists(path)) return Read(path, image);
        try
        {
            return Occlusion.Parse(text);
        }
        catch (FormatException e)
        {
            string reason = text.StartsWith(Occlusion.MaskPrefix, StringComparison.Ordinal)
                ? e.Message
                : $"must be {string.Join(", ", Occlusion.Names.Keys)} or a PNG file that is there"
                    + Suggestion.For(text, Occlusion.Names.Keys);
            throw new UserException($"--hide {InputFile.Printable(text)}: {reason}", e);
        }
    }

    /// <summary>
    /// A PNG or JPEG whose white parts are hidden, cut and scaled to the images' size as <see cref="ImageFile.Read(string, Shape)"/> does.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The images' size: [height, width, channels].</param>
    /// <exception cref="UserException">It cannot be read, or hides nothing or everything.</exception>
    public static Occlusion Read(string path, Shape image)
    {
        Bitmap picture = ImageFile.Read(path, Shape.Of(image[0], image[1], 1));
        try
        {
            return new Occlusion(new MaskSet(image[0], image[1], [.. picture.Pixels.Select(level => (byte)(level >= White ? 0 : 1))]));
        }
        catch (ArgumentException e)
        {
            throw new UserException($"{path}: {e.Message}: paint what is to be hidden white and the rest black", e);
        }
    }
}
