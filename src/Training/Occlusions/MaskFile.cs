using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Reads a picture as an occlusion.</summary>
public static class MaskFile
{
    const int White = 128;

    /// <summary>A PNG or JPEG whose white parts are hidden, cut and scaled to the images' size as <see cref="ImageFile.Read(string, Shape)"/> does.</summary>
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
