using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A person's own picture files as images of a model's size.</summary>
public static class OwnImages
{
    /// <summary>
    /// Reads PNG and JPEG files of any size; see <see cref="ImageFile.Read(string, Shape)"/> for how they are cut and scaled.
    /// </summary>
    /// <param name="files">The files, at least one.</param>
    /// <param name="image">The model's image size: [height, width, channels].</param>
    /// <exception cref="UserException">A file is missing, damaged or of another kind.</exception>
    public static ImageSet Read(IReadOnlyList<string> files, Shape image)
    {
        int size = (int)image.Count;
        var pixels = new byte[checked(files.Count * size)];
        for (int i = 0; i < files.Count; i++) ImageFile.Read(files[i], image).Pixels.CopyTo(pixels, i * size);
        return new ImageSet(image, pixels);
    }
}
