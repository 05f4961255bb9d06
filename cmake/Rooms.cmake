# SPDX-License-Identifier: Apache-2.0
# The rooms, lowest first. A room is a folder; its *.c files at any depth are one static library,
# and a room that has none yet is skipped. Who may include whom is checked by tools/layers.
set(TARN_ROOMS
  base platform notebook
  kernel/column kernel/exec kernel/plan
  kernel/lake kernel/catalog kernel/sql kernel/connect
  kernel/session kernel/jupyter kernel/doors
  collab workspace gitsync cli)

set(TARN_ROOM_TARGETS "")
foreach(room ${TARN_ROOMS})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${room}/*.c)
  list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/cli/main.c)
  if(sources)
    string(REPLACE "/" "_" target room_${room})
    add_library(${target} STATIC ${sources})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME tarn_${target})
    target_link_libraries(${target} PRIVATE tarn_options tarn_strict tarn_libraries)
    list(PREPEND TARN_ROOM_TARGETS ${target})
  endif()
endforeach()

# All rooms in link order (highest first) with what they stand on.
add_library(tarn_rooms INTERFACE)
target_link_libraries(tarn_rooms INTERFACE ${TARN_ROOM_TARGETS} tarn_options tarn_libraries)

add_executable(tarn cli/main.c)
target_link_libraries(tarn PRIVATE tarn_rooms tarn_strict)
if(TARN_ARCH MATCHES "x86-64-v")
  set_source_files_properties(cli/main.c cli/cpu.c PROPERTIES COMPILE_OPTIONS -march=x86-64)
endif()
install(TARGETS tarn)
