// The pages of one recording as single events, so that several recordings can be merged.
using Scope.Events;

namespace Scope.Store.Query.Merge;

/// <summary>The events of one recording, one by one.</summary>
/// <param name="pages">Its pages.</param>
/// <param name="idOffset">What is added to its ids.</param>
sealed class MergeStream(RecordingPages pages, long idOffset)
{
    List<StoredEvent> _page = [];
    int _at;
    bool _hasEnded;

    /// <summary>Whether there is another event; reads the next page when it must.</summary>
    public bool HasNext
    {
        get
        {
            if (_at < _page.Count) return true;
            if (_hasEnded) return false;
            (_page, _at) = (pages.Next(), 0);
            _hasEnded = _page.Count == 0;
            return !_hasEnded;
        }
    }

    /// <summary>When the next event happened.</summary>
    public EventTime Time => _page[_at].Event.Time;

    /// <summary>The next event.</summary>
    public StoredEvent Take() => _page[_at++] is var (id, e) && idOffset == 0 ? new(id, e) : new(new(id.Value + idOffset), e);
}
