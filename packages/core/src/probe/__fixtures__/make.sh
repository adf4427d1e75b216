#!/bin/sh
# Makes the files of this folder with ffmpeg 5.1 (x264, x265, vpx, aom, webp). Run it here.
set -e
make() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }
picture='testsrc2=size=64x36:rate=25:duration=1'
sound='sine=frequency=440:sample_rate=48000:duration=1'
exact='-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact'
h264='-c:v libx264 -preset veryfast -crf 40 -pix_fmt yuv420p'

make -f lavfi -i "$picture" -f lavfi -i "$sound" $h264 -c:a aac -b:a 16k -ac 2 $exact -movflags +faststart h264-aac.mp4
make -f lavfi -i "$picture" $h264 $exact -movflags +negative_cts_offsets -use_editlist 0 index-last.mp4
make -i index-last.mp4 -c copy -metadata:s:v:0 rotate=90 -fflags +bitexact rotated.mp4
make -f lavfi -i "$picture" -vf setsar=4/3 $h264 $exact anamorphic.mp4
make -f lavfi -i "$picture" -vf "setpts='if(lt(N,12),N,12+(N-12)*3)/25/TB'" -vsync vfr $h264 $exact variable.mp4
make -f lavfi -i "$picture" -f lavfi -i "$sound" $h264 -g 10 -c:a aac -b:a 16k $exact -movflags frag_keyframe+empty_moov+default_base_moof fragmented.mp4
make -f lavfi -i "$picture" $h264 -g 10 $exact -movflags frag_keyframe half-fragmented.mp4
make -f lavfi -i "$picture" -f lavfi -i "$sound" -c:v libx265 -preset ultrafast -crf 40 -x265-params log-level=none -pix_fmt yuv420p10le -tag:v hvc1 \
  -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -c:a pcm_s16le -ar 8000 $exact hevc-10-bit.mov
make -f lavfi -i "$picture" -f lavfi -i "$sound" -c:v libvpx-vp9 -b:v 20k -c:a libopus -b:a 16k $exact vp9-opus.webm
make -f lavfi -i "$picture" -c:v libvpx-vp9 -profile:v 2 -pix_fmt yuv420p10le -b:v 20k $exact vp9-10-bit.webm
make -f lavfi -i "$picture" -c:v libaom-av1 -cpu-used 8 -crf 50 $exact av1.mp4
make -f lavfi -i "$picture" -c:v libvpx -b:v 20k -f webm $exact pipe:1 > streamed.webm
make -f lavfi -i "$sound" -c:a aac -b:a 16k $exact sound.m4a
make -f lavfi -i "testsrc2=size=64x48" -frames:v 1 -q:v 30 $exact picture.jpg
make -f lavfi -i "color=red:size=64x48" -frames:v 1 $exact picture.png
make -f lavfi -i "color=red:size=64x48" -frames:v 1 -c:v libwebp -quality 10 $exact picture.webp
make -f lavfi -i "color=red:size=64x48" -frames:v 1 $exact picture.gif
make -f lavfi -i "testsrc2=size=32x24:rate=10:duration=0.5" -plays 0 -f apng $exact animated.png
make -f lavfi -i "testsrc2=size=32x24:rate=10:duration=0.5" $exact animated.gif
make -f lavfi -i "testsrc2=size=32x24:rate=10:duration=0.5" -c:v libwebp_anim -quality 1 -loop 0 $exact animated.webp
