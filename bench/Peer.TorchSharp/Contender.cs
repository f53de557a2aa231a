namespace GeneratingImages.Peer;

/// <summary>One way of doing a cell's work.</summary>
interface IContender
{
    /// <summary>Does it once: a training step or a forward pass over the batch.</summary>
    void Run();

    /// <summary>The mean squared error over the batch with the weights as they are now.</summary>
    double Loss();
}
